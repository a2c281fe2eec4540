package dispatch

import (
	"sync"

	"animo/bot/chat"
)

// task is one event in a lane. A task with a frame is an interaction.
type task struct {
	event chat.Event
	frame *frame
}

// lanes runs tasks: those of one key in order, those of different keys side by
// side.
type lanes struct {
	size int // tasks that one lane holds
	run  func(task)
	drop func(task)

	mu   sync.Mutex
	open map[chat.ChannelID][]task
	wg   sync.WaitGroup
}

func newLanes(size int, run, drop func(task)) *lanes {
	return &lanes{size: size, run: run, drop: drop, open: make(map[chat.ChannelID][]task)}
}

// put queues a task, and starts its lane if it stands still.
func (l *lanes) put(key chat.ChannelID, t task) {
	l.mu.Lock()
	queue, running := l.open[key]
	dropped, ok := task{}, false
	if len(queue) >= l.size {
		queue, dropped, ok = makeRoom(queue)
	}
	l.open[key] = append(queue, t)
	if !running {
		l.wg.Go(func() { l.work(key) })
	}
	l.mu.Unlock()
	if ok {
		l.drop(dropped)
	}
}

// makeRoom takes the oldest task out that nobody waits for, if there is one.
func makeRoom(queue []task) ([]task, task, bool) {
	for i, t := range queue {
		if t.frame == nil {
			return append(queue[:i:i], queue[i+1:]...), t, true
		}
	}
	return queue, task{}, false
}

func (l *lanes) work(key chat.ChannelID) {
	for {
		l.mu.Lock()
		queue := l.open[key]
		if len(queue) == 0 {
			delete(l.open, key)
			l.mu.Unlock()
			return
		}
		t := queue[0]
		l.open[key] = queue[1:]
		l.mu.Unlock()
		l.run(t)
	}
}

// wait returns once all lanes stand still.
func (l *lanes) wait() { l.wg.Wait() }
