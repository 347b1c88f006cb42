package postgres

import "context"

const (
	// queueLength is how many entries may wait before a caller does.
	queueLength = 2048
	// commitEntries is how many entries share a commit at most.
	commitEntries = 1000
)

// group shares commits among concurrent callers: what comes while a commit is
// under way is the next one. A caller that is alone does not wait for others.
type group[T any] struct {
	waiting chan waiting[T]
	commit  func(ctx context.Context, entries []T) error
	quit    chan struct{}
	ended   chan struct{} // closed when the last entry is served
}

// waiting is an entry and the caller who waits for it.
type waiting[T any] struct {
	entry T
	done  chan error // has room for one
}

func newGroup[T any](commit func(context.Context, []T) error) *group[T] {
	g := &group[T]{waiting: make(chan waiting[T], queueLength), commit: commit, quit: make(chan struct{}), ended: make(chan struct{})}
	go g.loop()
	return g
}

// loop commits what waits until quit is closed and nothing does.
func (g *group[T]) loop() {
	defer close(g.ended)
	for {
		select {
		case w := <-g.waiting:
			g.serve(g.gather(w))
		case <-g.quit:
			for {
				select {
				case w := <-g.waiting:
					g.serve(g.gather(w))
					continue
				default:
				}
				return
			}
		}
	}
}

// gather adds to the first entry what waits behind it.
func (g *group[T]) gather(first waiting[T]) []waiting[T] {
	all := []waiting[T]{first}
	for len(all) < commitEntries {
		select {
		case w := <-g.waiting:
			all = append(all, w)
			continue
		default:
		}
		break
	}
	return all
}

// serve commits entries together, or in halves where one of them has spoilt the
// commit of all. It outlives the callers: what they handed over is committed.
func (g *group[T]) serve(together []waiting[T]) {
	entries := make([]T, len(together))
	for i := range together {
		entries[i] = together[i].entry
	}
	err := g.commit(context.Background(), entries)
	if half := len(together) / 2; half > 0 && ownFault(err) {
		g.serve(together[:half])
		g.serve(together[half:])
		return
	}
	for i := range together {
		together[i].done <- err
	}
}

// put hands an entry over and waits until it is committed, or until ctx ends:
// then whether it will be is open.
func (g *group[T]) put(ctx context.Context, entry T) error {
	w := waiting[T]{entry, make(chan error, 1)}
	select {
	case <-g.quit:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	case g.waiting <- w:
	}
	return g.await(ctx, w)
}

// putPaid is put for what was paid for: where there is room, a context that has
// ended does not keep it out.
func (g *group[T]) putPaid(ctx context.Context, entry T) error {
	select {
	case <-g.quit:
		return ErrClosed
	default:
	}
	w := waiting[T]{entry, make(chan error, 1)}
	select {
	case g.waiting <- w:
		return g.await(ctx, w)
	default:
		return g.put(ctx, entry)
	}
}

func (g *group[T]) await(ctx context.Context, w waiting[T]) error {
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-g.ended:
	}
	select {
	case err := <-w.done:
		return err
	default:
		return ErrClosed
	}
}

// close commits what waits, and takes nothing more.
func (g *group[T]) close() {
	close(g.quit)
	<-g.ended
}
