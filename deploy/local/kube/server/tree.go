package server

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// tree is the supervised processes. They die with us, however we end; when one of them ends, so do we.
type tree struct {
	logDir string
	ended  chan string
	alive  []*exec.Cmd
}

func newTree(logDir string) *tree { return &tree{logDir: logDir, ended: make(chan string, 8)} }

func (t *tree) start(components ...[]string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, args := range components {
		out, err := os.OpenFile(t.logFile(args[0]), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		child := &exec.Cmd{Path: self, Args: args, Stdout: out, Stderr: out,
			SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}}
		if err := child.Start(); err != nil {
			return err
		}
		out.Close() // the child has its own
		t.alive = append(t.alive, child)
		go func() {
			log.Printf("%s ended: %v", args[0], child.Wait())
			t.ended <- args[0]
		}()
	}
	return nil
}

// await returns when the condition holds (nil), when a signal asks for the end (nil), or when a component has ended.
func (t *tree) await(signals <-chan os.Signal, condition func() bool) error {
	for !condition() {
		select {
		case name := <-t.ended:
			return fmt.Errorf("%s has ended; the end of its log:\n%s", name, t.logEnd(name))
		case <-signals:
			t.stop()
			os.Exit(0)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// stop goes from the last started to the first, so that etcd outlives its clients.
func (t *tree) stop() {
	for i := len(t.alive) - 1; i >= 0; i-- {
		child := t.alive[i]
		if child.Process.Signal(syscall.SIGTERM) != nil {
			continue // gone already
		}
		gone := time.After(3 * time.Second)
		for child.Process.Signal(syscall.Signal(0)) == nil {
			select {
			case <-gone:
				child.Process.Kill()
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	t.alive = nil
}

func (t *tree) logFile(component string) string { return filepath.Join(t.logDir, component+".log") }

func (t *tree) logEnd(component string) []byte {
	content, err := os.ReadFile(t.logFile(component))
	if err != nil {
		return []byte(err.Error())
	}
	lines := bytes.Split(bytes.TrimSpace(content), []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-10):], []byte("\n"))
}
