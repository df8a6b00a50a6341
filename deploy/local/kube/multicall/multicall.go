// Package multicall picks one of the programs that a binary holds.
package multicall

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Main runs the program named by the binary's own name, or else by its first argument, and ends with its exit code.
func Main(programs map[string]func() int) {
	called := filepath.Base(os.Args[0])
	name := called
	if programs[name] == nil && len(os.Args) > 1 {
		os.Args = os.Args[1:]
		name = filepath.Base(os.Args[0])
	}
	run := programs[name]
	if run == nil {
		fmt.Fprintf(os.Stderr, "usage: %s %s …\n", called, strings.Join(slices.Sorted(maps.Keys(programs)), "|"))
		os.Exit(2)
	}
	os.Exit(run())
}
