package server

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
)

// As k3s names things: Testcontainers looks for the context "default".
const kubeconfigTemplate = `apiVersion: v1
kind: Config
clusters:
- name: default
  cluster:
    certificate-authority-data: %s
    server: https://127.0.0.1:%s
contexts:
- name: default
  context:
    cluster: default
    user: default
current-context: default
preferences: {}
users:
- name: default
  user:
    client-certificate-data: %s
    client-key-data: %s
`

func (s settings) writeKubeconfigs() error {
	for _, who := range []string{"admin", "controllers", "scheduler", "node", "proxy"} {
		if err := s.writeKubeconfig(who, s.file(who+".conf")); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(s.kubeconfig), 0o755); err != nil {
		return err
	}
	return s.writeKubeconfig("admin", s.kubeconfig)
}

func (s settings) writeKubeconfig(who, path string) error {
	values := []any{}
	for _, name := range []string{"ca.crt", who + ".crt", who + ".key"} {
		content, err := os.ReadFile(s.file(name))
		if err != nil {
			return err
		}
		values = append(values, base64.StdEncoding.EncodeToString(content))
	}
	text := fmt.Sprintf(kubeconfigTemplate, values[0], s.port, values[1], values[2])
	return os.WriteFile(path, []byte(text), 0o600)
}
