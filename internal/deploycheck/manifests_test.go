package deploycheck

import (
	"context"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// manifests are what kubernetes.yaml has to have.
type manifests struct {
	Deployment              appsv1.Deployment
	Service                 corev1.Service
	PodDisruptionBudget     policyv1.PodDisruptionBudget
	HorizontalPodAutoscaler autoscalingv2.HorizontalPodAutoscaler
	NetworkPolicy           networkingv1.NetworkPolicy
}

// decode reads every document strictly, as the kind that it says it is.
func decode(t *testing.T, text string) (m manifests) {
	t.Helper()
	into := map[string]any{
		"apps/v1 Deployment": &m.Deployment, "v1 Service": &m.Service, "policy/v1 PodDisruptionBudget": &m.PodDisruptionBudget,
		"autoscaling/v2 HorizontalPodAutoscaler": &m.HorizontalPodAutoscaler, "networking.k8s.io/v1 NetworkPolicy": &m.NetworkPolicy,
	}
	for _, doc := range documents(text) {
		var head struct{ APIVersion, Kind string }
		if err := yaml.Unmarshal([]byte(doc), &head); err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		kind := head.APIVersion + " " + head.Kind
		to := into[kind]
		if to == nil {
			t.Fatalf("a second, or an unknown, %s", kind)
		}
		delete(into, kind)
		if err := yaml.UnmarshalStrict([]byte(doc), to); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for kind := range into {
		t.Errorf("there is no %s", kind)
	}
	return m
}

// TestKubernetes checks what a deployment needs to be restarted without a loss.
func TestKubernetes(t *testing.T) {
	t.Parallel()
	m := decode(t, files(t)["kubernetes.yaml"])
	pod := m.Deployment.Spec.Template
	if len(pod.Spec.Containers) != 1 {
		t.Fatal("want one container")
	}
	c := pod.Spec.Containers[0]
	sleep := int64(0)
	if c.Lifecycle != nil && c.Lifecycle.PreStop != nil && c.Lifecycle.PreStop.Sleep != nil {
		sleep = c.Lifecycle.PreStop.Sleep.Seconds
	}
	const lingerAndGrace = 2 + 25
	same := func(labels, selector map[string]string) bool {
		for k, v := range selector {
			if labels[k] != v {
				return false
			}
		}
		return len(selector) > 0
	}
	for what, ok := range map[string]bool{
		"readiness at /ready":              c.ReadinessProbe != nil && c.ReadinessProbe.HTTPGet.Path == "/ready",
		"liveness at /health":              c.LivenessProbe != nil && c.LivenessProbe.HTTPGet.Path == "/health",
		"preStop.sleep":                    sleep > 0,
		"time enough to stop":              *pod.Spec.TerminationGracePeriodSeconds > sleep+lingerAndGrace,
		"no root":                          *pod.Spec.SecurityContext.RunAsNonRoot && *pod.Spec.SecurityContext.RunAsUser == 1001,
		"a read-only file system":          *c.SecurityContext.ReadOnlyRootFilesystem,
		"no privileges":                    !*c.SecurityContext.AllowPrivilegeEscalation && c.SecurityContext.Capabilities.Drop[0] == "ALL",
		"limits":                           !c.Resources.Limits.Memory().IsZero() && !c.Resources.Requests.Cpu().IsZero(),
		"spreading":                        len(pod.Spec.TopologySpreadConstraints) == 1 && same(pod.Labels, pod.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels),
		"three replicas":                   *m.Deployment.Spec.Replicas == 3,
		"new ones first":                   m.Deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.IntValue() == 0,
		"a selector of its pods":           same(pod.Labels, m.Deployment.Spec.Selector.MatchLabels),
		"a service of its pods":            same(pod.Labels, m.Service.Spec.Selector),
		"no affinity of sessions":          m.Service.Spec.SessionAffinity == "" || m.Service.Spec.SessionAffinity == corev1.ServiceAffinityNone,
		"the port of the service":          m.Service.Spec.Ports[0].TargetPort.StrVal == c.Ports[0].Name,
		"one pod at a time to be moved":    m.PodDisruptionBudget.Spec.MaxUnavailable.IntValue() == 1 && same(pod.Labels, m.PodDisruptionBudget.Spec.Selector.MatchLabels),
		"an autoscaler of the deployment":  m.HorizontalPodAutoscaler.Spec.ScaleTargetRef.Name == m.Deployment.Name && *m.HorizontalPodAutoscaler.Spec.MinReplicas == 3,
		"a policy for the pods, and ports": same(pod.Labels, m.NetworkPolicy.Spec.PodSelector.MatchLabels) && m.NetworkPolicy.Spec.Ingress[0].Ports[0].Port.StrVal == c.Ports[0].Name,
	} {
		if !ok {
			t.Errorf("there is no %s", what)
		}
	}
}

// serviceMonitor is the part of the Prometheus operator's definition that is used.
type serviceMonitor struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name   string            `json:"name"`
		Labels map[string]string `json:"labels"`
	} `json:"metadata"`
	Spec struct {
		Selector struct {
			MatchLabels map[string]string `json:"matchLabels"`
		} `json:"selector"`
		Endpoints []struct {
			Port          string `json:"port"`
			Path          string `json:"path"`
			Interval      string `json:"interval"`
			Authorization struct {
				Type        string                   `json:"type"`
				Credentials corev1.SecretKeySelector `json:"credentials"`
			} `json:"authorization"`
		} `json:"endpoints"`
	} `json:"spec"`
}

// TestServiceMonitor finds the service, and its port, by their names.
func TestServiceMonitor(t *testing.T) {
	t.Parallel()
	all := files(t)
	service := decode(t, all["kubernetes.yaml"]).Service
	var m serviceMonitor
	if err := yaml.UnmarshalStrict([]byte(all["servicemonitor.yaml"]), &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Spec.Endpoints) != 1 || m.Spec.Endpoints[0].Port != service.Spec.Ports[0].Name || m.Spec.Endpoints[0].Path != "/metrics" || m.Spec.Endpoints[0].Authorization.Credentials.Key == "" {
		t.Errorf("%+v", m.Spec)
	}
	for k, v := range m.Spec.Selector.MatchLabels {
		if service.Labels[k] != v {
			t.Errorf("the service has no label %s=%s", k, v)
		}
	}
}

// knative is the part of the definition of Cloud Run that is used.
type knative struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Template struct {
			Metadata struct {
				Annotations map[string]string `json:"annotations"`
			} `json:"metadata"`
			Spec struct {
				ContainerConcurrency int                `json:"containerConcurrency"`
				TimeoutSeconds       int                `json:"timeoutSeconds"`
				Containers           []corev1.Container `json:"containers"`
			} `json:"spec"`
		} `json:"template"`
	} `json:"spec"`
}

func TestCloudRun(t *testing.T) {
	t.Parallel()
	var k knative
	if err := yaml.UnmarshalStrict([]byte(files(t)["cloudrun.yaml"]), &k); err != nil {
		t.Fatal(err)
	}
	if len(k.Spec.Template.Spec.Containers) != 1 {
		t.Fatalf("%+v", k)
	}
	env := map[string]string{}
	for _, v := range k.Spec.Template.Spec.Containers[0].Env {
		env[v.Name] = v.Value
	}
	if env["MCP_STATELESS"] != "1" || env["PORT"] != "" { // which is Cloud Run's own
		t.Errorf("%v", env)
	}
}

// load reads a compose file as docker compose does, with its schema.
func load(t *testing.T, name, text string) *types.Project {
	t.Helper()
	project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  t.TempDir(),
		ConfigFiles: []types.ConfigFile{{Filename: name, Content: []byte(text)}},
		Environment: map[string]string{},
	}, func(o *loader.Options) {
		o.SetProjectName("shop", true)
		o.SkipResolveEnvironment = true // .env is the user's
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return project
}

func TestSwarm(t *testing.T) {
	t.Parallel()
	server, ok := load(t, "swarm.yml", files(t)["swarm.yml"]).Services["server"]
	if !ok || server.Deploy == nil || server.Deploy.UpdateConfig == nil || server.HealthCheck == nil {
		t.Fatalf("%+v", server)
	}
	d := server.Deploy
	if *d.Replicas != 3 || d.UpdateConfig.Order != "start-first" || d.UpdateConfig.FailureAction != "rollback" || d.RollbackConfig == nil || server.HealthCheck.Test[1] != "/server" {
		t.Errorf("%+v", d)
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	p := load(t, "docker-compose.yml", files(t)["docker-compose.yml"])
	for _, name := range []string{"server-1", "server-2", "server-3"} {
		s := p.Services[name]
		if s.Environment["SERVER_ID"] == nil || *s.Environment["SERVER_ID"] != name || !s.ReadOnly {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if len(p.Services) != 5 {
		t.Errorf("%d services", len(p.Services))
	}
}
