package audit

import "os"

// AboutText reads the leaves of one record.
const AboutText = aboutText

// Linger has leaves of reading wait beside the log until something else moves them.
func (l *Log) Linger() { l.due.Store(true) }

// Writing is as if somebody were writing to the file beside the log, until over is called.
func (l *Log) Writing() (over func()) {
	l.tray.turn.Lock()
	return l.tray.turn.Unlock
}

// Fails is as if the disk had failed while a sheet was written.
func (l *Log) Fails(t interface{ Fatal(...any) }) (over func()) {
	l.tray.turn.Lock()
	defer l.tray.turn.Unlock()
	good := l.tray.file
	closed, err := os.Open(os.DevNull) // it cannot be written to
	if err != nil {
		t.Fatal(err)
	}
	l.tray.file = closed
	return func() {
		l.tray.turn.Lock()
		defer l.tray.turn.Unlock()
		closed.Close()
		l.tray.file = good
	}
}

// FailsToSync is as if the disk had failed when what was written was to be made durable.
func (l *Log) FailsToSync(t interface{ Fatal(...any) }) (over func()) {
	l.tray.turn.Lock()
	defer l.tray.turn.Unlock()
	good := l.tray.disk
	near, far, err := os.Pipe() // it can be written to, and nothing of it be made durable
	if err != nil {
		t.Fatal(err)
	}
	l.tray.disk = newSyncer(far)
	return func() {
		l.tray.turn.Lock()
		defer l.tray.turn.Unlock()
		l.tray.disk.close()
		near.Close()
		far.Close()
		l.tray.disk = good
	}
}

// Waits is how many leaves are in the file and not in the log.
func (l *Log) Waits() int {
	l.tray.mu.Lock()
	defer l.tray.mu.Unlock()
	return len(l.tray.waiting) + len(l.tray.moving)
}
