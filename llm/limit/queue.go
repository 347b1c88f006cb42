package limit

// queue holds the callers that wait, in the order in which they came; leaving it
// takes the same time from anywhere.
type queue struct {
	first, last *Permit
	n           int
}

func (q *queue) empty() bool { return q.first == nil }

func (q *queue) push(p *Permit) {
	p.prev = q.last
	if q.last == nil {
		q.first = p
	} else {
		q.last.next = p
	}
	q.last = p
	q.n++
}

func (q *queue) remove(p *Permit) {
	if p.prev == nil {
		q.first = p.next
	} else {
		p.prev.next = p.next
	}
	if p.next == nil {
		q.last = p.prev
	} else {
		p.next.prev = p.prev
	}
	p.prev, p.next = nil, nil
	q.n--
}
