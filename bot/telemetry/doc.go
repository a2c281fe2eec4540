// Package telemetry sets up what an operator sees: the log and the metrics.
//
// The log is slog with a writer below it that replaces planted secrets in the
// finished line. It is done there, and not attribute by attribute, because a
// secret can hide in an error, a struct, a key or a message, and the line is
// the one place through which all of them go.
//
// The metrics live in a registry of our own and carry bounded labels only:
// platform, kind, outcome, reason, operation. A community, channel or member
// is never a label: it would tell on people and grow without end. A label
// value that looks like an id, or comes after the 64th of its kind, is counted
// as "other".
//
// Packages that report declare the few methods they call as an interface of
// their own; Metrics satisfies them with plain arguments.
package telemetry
