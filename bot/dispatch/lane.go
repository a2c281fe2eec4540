package dispatch

import (
	"slices"
	"sync"

	"animo/bot/chat"
)

// task is one event in a lane. A task with a frame is an interaction.
type task struct {
	event chat.Event
	frame *frame
	done  func() // nil: nobody asks
}

func (t task) handled() {
	if t.done != nil {
		t.done()
	}
}

// lanes runs tasks: those of one key in order, those of different keys side by
// side.
type lanes struct {
	size int // tasks that one lane holds
	run  func(task)
	drop func(task) // called while the lanes stand still

	mu     sync.Mutex
	open   map[string][]task
	closed bool
	wg     sync.WaitGroup
}

func newLanes(size int, run, drop func(task)) *lanes {
	return &lanes{size: size, run: run, drop: drop, open: make(map[string][]task)}
}

// put queues a task, and starts its lane if it stands still; false if the
// lanes are closed.
func (l *lanes) put(key string, t task) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	queue, running := l.open[key]
	queue = append(queue, t)
	if len(queue) > l.size {
		var dropped *task
		if queue, dropped = makeRoom(queue); dropped != nil {
			l.drop(*dropped)
		}
	}
	l.open[key] = queue
	if !running {
		l.wg.Go(func() { l.work(key) })
	}
	return true
}

// makeRoom takes the oldest task out that nobody waits for, if there is one.
func makeRoom(queue []task) ([]task, *task) {
	i := slices.IndexFunc(queue, func(t task) bool { return t.frame == nil })
	if i < 0 {
		return queue, nil
	}
	dropped := queue[i]
	return slices.Delete(queue, i, i+1), &dropped
}

func (l *lanes) work(key string) {
	for {
		l.mu.Lock()
		queue := l.open[key]
		if len(queue) == 0 {
			delete(l.open, key)
			l.mu.Unlock()
			return
		}
		t := queue[0]
		queue[0] = task{} // lets go of the event
		l.open[key] = queue[1:]
		l.mu.Unlock()
		l.run(t)
	}
}

// close takes no more tasks.
func (l *lanes) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

// wait returns once all lanes stand still.
func (l *lanes) wait() { l.wg.Wait() }
