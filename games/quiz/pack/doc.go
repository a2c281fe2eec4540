// Package pack reads the questions that a quiz asks, and the prompts of light
// daily posts: those that come with Animo and a community's own.
//
// # A pack
//
// A pack is a TOML file of questions in one language:
//
//	id = "capitals"
//	language = "en"
//	title = "Capitals of the world"
//	author = "Animo"
//	licence = "MIT"
//	version = 1
//
//	[[question]]
//	id = "canberra"
//	text = "Which city is the capital of Australia?"
//	kind = "choice"
//	choices = ["Sydney", "Canberra", "Melbourne"]
//	right = [2]
//	explanation = "It was founded as a compromise between Sydney and Melbourne."
//	tags = ["geography"]
//	difficulty = "easy"
//
//	[[question]]
//	id = "h2o"
//	text = "What do chemists call H2O?"
//	kind = "free"
//	answers = ["water", "dihydrogen monoxide"]
//	wrong = ["hydrogen"]
//	explanation = "Two atoms of hydrogen, one of oxygen."
//	tags = ["science"]
//	difficulty = "easy"
//
// A choice question has 2 to 5 choices, and right gives their numbers from 1;
// more than one only along with several = true. A free question has answers,
// the first of which is the one to be shown; wrong lists those that must never
// count, however near they are. An image is an https address.
//
// Read checks all of it and gives Faults, each a sentence that names the file,
// the question and what is wrong, with an example that is right. Nothing of a
// pack with a fault is used.
//
// # Free answers
//
// Accepts compares an answer as people do: without case, accents, punctuation,
// articles and the form of apostrophes; a number may stand in digits or, up to
// twenty, in words; an answer of six letters or more may have one slip. See
// there for what no slip is.
//
// # Order
//
// A Bank gives questions in an order that follows from a seed alone, those
// that were not asked yet first. The order is that of hashes of seed and
// question, so that a release with more questions, or another replica, goes on
// in the same order.
//
// # Prompts
//
// A file of prompts is a list of one kind: questions of the day, choices
// between two things (would you rather), or theme days. The same checks and
// the same order hold for them. ReadPrompts says what its tables hold.
package pack
