// Package storagetest proves that a driver keeps the promises of
// storage.Store, so that nothing above the port can tell one driver from
// another.
//
// Run holds every promise by itself, one sub-test for each, and compares
// random histories with a model in plain maps. RunDurable opens a store
// again, with and without having closed it. Failing wraps a store so that
// its writes fail, panic or end the process on demand, before or after they
// took effect: with it those who use a store are tested.
package storagetest
