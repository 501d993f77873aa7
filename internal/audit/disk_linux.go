package audit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// A syncer makes durable what was written to a file. Whoever waits for it waits as for
// the network, and lets go of the processor. In fdatasync the runtime believes its
// goroutine to be at work and takes the processor from it only a while later, which is
// half of the time that the disk takes; with two of them that is a lot.
//
// It asks the kernel by its interface for asynchronous input and output (io_submit(2)),
// and by fdatasync where there is none.
type syncer struct {
	file  *os.File
	queue uintptr  // of the kernel, with room for one
	done  *os.File // can be read when it is; nil if there is no queue
	asked iocb
}

// iocb is struct iocb of linux/aio_abi.h, in which only this much is said.
type iocb struct {
	_         [2]uint64
	opcode    uint16
	_         uint16
	file      uint32
	_         [4]uint64
	flags     uint32
	eventfile uint32
}

// ioEvent is struct io_event there.
type ioEvent struct {
	_      [2]uint64
	result int64
	_      int64
}

const (
	opDataSync = 3 // IOCB_CMD_FDSYNC
	saysWhen   = 1 // IOCB_FLAG_RESFD
)

func newSyncer(f *os.File) *syncer {
	s := &syncer{file: f}
	if _, _, e := syscall.Syscall(syscall.SYS_IO_SETUP, 1, uintptr(unsafe.Pointer(&s.queue)), 0); e != 0 {
		return s
	}
	fd, _, e := syscall.Syscall(syscall.SYS_EVENTFD2, 0, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if e != 0 {
		s.close()
		return s
	}
	s.done = os.NewFile(fd, "durable")
	return s
}

// sync returns when what was written to the file is durable. One at a time may ask. Who
// is alone does not need to let go of the processor, and has it back sooner.
func (s *syncer) sync(alone bool) error {
	if alone || s.done == nil {
		return s.wait()
	}
	s.asked = iocb{opcode: opDataSync, file: uint32(s.file.Fd()), flags: saysWhen, eventfile: uint32(s.done.Fd())}
	asked := &s.asked
	n, _, e := syscall.Syscall(syscall.SYS_IO_SUBMIT, s.queue, 1, uintptr(unsafe.Pointer(&asked)))
	if n != 1 || e != 0 {
		return s.wait() // this kernel, or what guards it, does not do that
	}
	err := s.answer()
	var said syscall.Errno
	if err != nil && !errors.As(err, &said) { // the queue is out of step, and its next answer could be this one's
		s.close()
	}
	return err
}

// answer waits for what the disk said.
func (s *syncer) answer() error {
	var count [8]byte
	if _, err := s.done.Read(count[:]); err != nil {
		return fmt.Errorf("wait for the disk: %v", err)
	}
	if binary.NativeEndian.Uint64(count[:]) != 1 {
		return errors.New("wait for the disk: more was done than asked")
	}
	var event ioEvent
	n, _, e := syscall.Syscall6(syscall.SYS_IO_GETEVENTS, s.queue, 1, 1, uintptr(unsafe.Pointer(&event)), 0, 0)
	if n != 1 || e != 0 {
		return fmt.Errorf("ask what the disk did: %v", e)
	}
	if event.result < 0 {
		return &os.PathError{Op: "sync", Path: s.file.Name(), Err: syscall.Errno(-event.result)}
	}
	return nil
}

func (s *syncer) wait() error {
	for {
		if err := syscall.Fdatasync(int(s.file.Fd())); !errors.Is(err, syscall.EINTR) {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}

// close gives back what the kernel lent. Nobody may be waiting.
func (s *syncer) close() {
	if s.queue != 0 {
		syscall.Syscall(syscall.SYS_IO_DESTROY, s.queue, 0, 0)
		s.queue = 0
	}
	if s.done != nil {
		s.done.Close()
		s.done = nil
	}
}
