package templates_test

import (
	"bytes"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/mcpgen/mcpgen/templates"
)

func deploy(t *testing.T) map[string]string {
	t.Helper()
	files, err := templates.Deploy(templates.Deployment{
		App: "shop", Main: "./cmd/shop", Instances: []string{"server-1", "server-2"}, Safe: []string{"look", "get.price"}, Go: "1.26",
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		out[f.Name] = string(f.Content)
	}
	return out
}

// TestNginx repeats exactly the tools that may be, and routes by the names of
// instances.
func TestNginx(t *testing.T) {
	t.Parallel()
	conf := deploy(t)["nginx.conf"]
	for _, line := range []string{
		`"~^tools/call:look$" 1;`, `"~^tools/call:get\.price$" 1;`, `"~^server-1\." server-1;`, `server server-2:8080 max_fails=0;`,
		`proxy_set_header Host $http_host;`, `client_max_body_size 1m;`,
	} {
		if !strings.Contains(conf, line) {
			t.Errorf("nginx.conf has no line %s", line)
		}
	}
	if n := strings.Count(conf, `$" 1;`); n != 2 {
		t.Errorf("%d tools may be repeated, want 2", n)
	}
}

// TestNginxTLS has nginx speak TLS, and nothing else but where to find it.
func TestNginxTLS(t *testing.T) {
	t.Parallel()
	plain := deploy(t)
	files, err := templates.Deploy(templates.Deployment{App: "shop", Main: "./cmd/shop", Instances: []string{"server-1", "server-2"}, Safe: []string{"look", "get.price"}, Go: "1.26", TLS: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text := string(f.Content)
		switch f.Name {
		case "nginx.conf":
			for _, line := range []string{"listen 80;\n        return 308 https://$host$request_uri;\n    }\n", "listen 443 ssl http2;", "ssl_protocols TLSv1.2 TLSv1.3;"} {
				if !strings.Contains(text, line) || strings.Contains(plain[f.Name], line) {
					t.Errorf("%s: %q", f.Name, line)
				}
			}
		case "docker-compose.yml":
			var m struct {
				Services map[string]struct{ Ports, Volumes []string }
			}
			if err := yaml.Unmarshal(f.Content, &m); err != nil {
				t.Fatal(err)
			}
			if n := m.Services["nginx"]; len(n.Ports) != 2 || n.Ports[1] != "443:443" || len(n.Volumes) != 2 || n.Volumes[1] != "./ssl:/etc/nginx/ssl:ro" {
				t.Errorf("%+v", n)
			}
		default:
			if text != plain[f.Name] {
				t.Errorf("%s depends on TLS", f.Name)
			}
		}
	}
}

// TestYAML reads every document of the manifests.
func TestYAML(t *testing.T) {
	t.Parallel()
	files := deploy(t)
	kinds := map[string]bool{}
	for doc := range strings.SplitSeq(files["kubernetes.yaml"], "\n---\n") {
		var m struct {
			Kind     string
			Metadata struct{ Name string }
			Spec     struct {
				Replicas int
				Template struct {
					Spec struct {
						Grace      int `yaml:"terminationGracePeriodSeconds"`
						Containers []struct {
							Readiness struct {
								Get struct{ Path string } `yaml:"httpGet"`
							} `yaml:"readinessProbe"`
							Security struct {
								ReadOnly bool `yaml:"readOnlyRootFilesystem"`
							} `yaml:"securityContext"`
						}
					}
				}
			}
		}
		if err := yaml.Unmarshal([]byte(doc), &m); err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		kinds[m.Kind] = true
		if m.Metadata.Name != "shop" {
			t.Errorf("%s is named %q", m.Kind, m.Metadata.Name)
		}
		if pod := m.Spec.Template.Spec; m.Kind == "Deployment" &&
			(m.Spec.Replicas != 2 || pod.Grace != 40 || len(pod.Containers) != 1 || pod.Containers[0].Readiness.Get.Path != "/ready" || !pod.Containers[0].Security.ReadOnly) {
			t.Errorf("deployment %+v", m.Spec)
		}
	}
	for _, kind := range []string{"Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy"} {
		if !kinds[kind] {
			t.Errorf("there is no %s", kind)
		}
	}
	for name, want := range map[string][]string{
		"docker-compose.yml": {"nginx", "redis", "server-1", "server-2"}, "swarm.yml": {"redis", "server"},
	} {
		var m struct {
			Services map[string]map[string]any
		}
		if err := yaml.Unmarshal([]byte(files[name]), &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, service := range want {
			if m.Services[service] == nil {
				t.Errorf("%s has no service %s", name, service)
			}
		}
		if len(m.Services) != len(want) {
			t.Errorf("%s has %d services, want %d", name, len(m.Services), len(want))
		}
		if name == "swarm.yml" && !strings.Contains(files[name], "server-{{.Task.Slot}}") {
			t.Error("instances of a swarm have no names")
		}
	}
}

func TestDockerfile(t *testing.T) {
	t.Parallel()
	file := deploy(t)["Dockerfile"]
	for _, line := range []string{
		"FROM golang:1.26 AS build\n", "-o /server ./cmd/shop\n", "FROM scratch\n", "USER 1001:1001\n", "EXPOSE 8080\n",
		`HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 CMD ["/server", "healthcheck"]` + "\n", `ENTRYPOINT ["/server"]` + "\n",
	} {
		if !strings.Contains(file, line) {
			t.Errorf("Dockerfile has no line %s", line)
		}
	}
}

func TestEdited(t *testing.T) {
	t.Parallel()
	stamped := templates.Stamp([]byte("a\nb\n"))
	for name, tt := range map[string]struct {
		content []byte
		edited  bool
	}{
		"as written": {stamped, false}, "longer": {append(bytes.Clone(stamped), "c\n"...), true}, "changed": {bytes.Replace(stamped, []byte("a"), []byte("x"), 1), true},
		"without the line": {[]byte("a\nb\n"), true}, "empty": {nil, true},
	} {
		if got := templates.Edited(tt.content); got != tt.edited {
			t.Errorf("%s: edited %t, want %t", name, got, tt.edited)
		}
	}
}
