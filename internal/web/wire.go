package web

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
)

// A wire is a connection on which a page leaves at once. net/http sends what is longer
// than its buffer, 4 kB, in two: what the buffer holds, and the rest. Each is a journey
// through the system and wakes whoever reads: a twelfth of the processor that a small page
// takes.
type wire struct {
	*net.TCPConn
	coming int // bytes of a page that is being sent; 0: none that is known
	held   []byte
	both   [2][]byte
}

// Wires are connections of l, which must be one of TCP, on which pages leave at once.
// A server whose ConnContext is OnWire lets its pages know.
func Wires(l net.Listener) net.Listener { return wires{l} }

type wires struct{ net.Listener }

// Accept waits for a connection.
func (l wires) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if plain, ok := c.(*net.TCPConn); ok && err == nil {
		return &wire{TCPConn: plain}, nil
	}
	return c, err
}

type wireKey struct{}

// OnWire is a context in which Show finds the connection, if it is one of Wires.
func OnWire(ctx context.Context, c net.Conn) context.Context {
	if w, ok := c.(*wire); ok {
		return context.WithValue(ctx, wireKey{}, w)
	}
	return ctx
}

// comes says that a page of n bytes is being sent, whole. Whoever asked for its head alone
// gets no more.
func comes(r *http.Request, n int) {
	if w, ok := r.Context().Value(wireKey{}).(*wire); ok && r.Method != http.MethodHead {
		w.coming = n
	}
}

// Write sends p, after what was held; or holds p, if it is a page's beginning. It is called
// by whoever serves the connection, one at a time.
func (w *wire) Write(p []byte) (int, error) {
	switch {
	case len(w.held) > 0:
		w.both = [2][]byte{w.held, p}
		all := net.Buffers(w.both[:])
		n, err := all.WriteTo(w.TCPConn)
		n -= int64(len(w.held))
		w.held, w.both = w.held[:0], [2][]byte{}
		return max(int(n), 0), err
	case w.coming > 0 && begins(p, w.coming):
		w.held = append(w.held, p...)
		w.coming = 0
		return len(p), nil
	}
	w.coming = 0
	return w.TCPConn.Write(p)
}

// ReadFrom sends what r has, after what was held.
func (w *wire) ReadFrom(r io.Reader) (int64, error) {
	if len(w.held) == 0 {
		w.coming = 0
		return w.TCPConn.ReadFrom(r)
	}
	return io.Copy(struct{ io.Writer }{w}, r)
}

// begins says whether p is a head that promises a page of n bytes, and not all of that page:
// then more of it is sure to come. What was said instead of the page promises another length.
func begins(p []byte, n int) bool {
	head, body, ok := bytes.Cut(p, []byte("\r\n\r\n"))
	if !ok || len(body) >= n {
		return false
	}
	_, length, _ := bytes.Cut(head, []byte("\r\nContent-Length: "))
	length, _, _ = bytes.Cut(length, []byte("\r\n"))
	promised, err := strconv.Atoi(string(length))
	return err == nil && promised == n
}
