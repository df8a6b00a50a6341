// Command held is runc for a root that does not hold all capabilities (in many containers and small virtual machines).
// containerd asks runc for a fixed set; runc fails when it can't give one of them. This drops those from what is asked
// and then becomes the real runc.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// In the order of their numbers in linux/capability.h.
var names = strings.Fields("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP " +
	"LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO " +
	"SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE " +
	"AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF " +
	"CHECKPOINT_RESTORE")

func main() {
	args := os.Args[1:]
	switch {
	case slices.Contains(args, "create") || slices.Contains(args, "run"):
		drop(filepath.Join(option(args, "--bundle", "-b"), "config.json"), "process")
	case slices.Contains(args, "exec"):
		drop(option(args, "--process", "-p"), "")
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(syscall.Exec(runc, append([]string{"runc"}, args...), os.Environ()))
}

func option(args []string, long, short string) string {
	for i, arg := range args {
		if value, joined := strings.CutPrefix(arg, long+"="); joined {
			return value
		}
		if (arg == long || arg == short) && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// drop rewrites the file; when it can't, runc itself says what is wrong with it.
func drop(path, section string) {
	content, err := os.ReadFile(path)
	if err != nil {
		return
	}
	var document map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.UseNumber() // sizes above 2^53 must survive
	if decoder.Decode(&document) != nil {
		return
	}
	process := document
	if section != "" {
		process, _ = document[section].(map[string]any)
	}
	held := held()
	capabilities, _ := process["capabilities"].(map[string]any)
	for set, list := range capabilities {
		wanted, _ := list.([]any)
		capabilities[set] = slices.DeleteFunc(wanted, func(name any) bool { return !held[fmt.Sprint(name)] })
	}
	if content, err = json.Marshal(document); err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func held() map[string]bool {
	status, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(status), "CapBnd:\t")
	mask, _, _ := strings.Cut(after, "\n")
	bits, err := strconv.ParseUint(mask, 16, 64)
	if err != nil {
		log.Fatal(err)
	}
	held := map[string]bool{}
	for number, name := range names {
		held["CAP_"+name] = bits>>number&1 == 1
	}
	return held
}
