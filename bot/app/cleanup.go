package app

// cleanup undoes one step of New, by name.
type cleanup struct {
	name string
	do   func() error
}

func (a *App) onClose(name string, do func() error) {
	a.cleanups = append(a.cleanups, cleanup{name, do})
}

// Close undoes what New did, last made first undone. A second call does
// nothing.
func (a *App) Close() {
	for len(a.cleanups) > 0 {
		last := a.cleanups[len(a.cleanups)-1]
		a.cleanups = a.cleanups[:len(a.cleanups)-1]
		if err := last.do(); err != nil {
			a.Log.Error("clean up", "what", last.name, "error", err)
		}
	}
}
