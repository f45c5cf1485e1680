// Package k8stools has a tool for each of some structs of the API of Kubernetes.
//
//mcp:schema for=k8s.io/apimachinery/pkg/api/resource.Quantity {"type": "string", "pattern": "^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?$"}
//mcp:schema for=k8s.io/apimachinery/pkg/apis/meta/v1.Time {"type": ["string", "null"], "format": "date-time"}
//mcp:schema for=k8s.io/apimachinery/pkg/util/intstr.IntOrString {"anyOf": [{"type": "integer", "minimum": -2147483648, "maximum": 2147483647}, {"type": "string"}]}
//mcp:schema for=k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1 {"type": "object"}
package k8stools

import corev1 "k8s.io/api/core/v1"

// EnvFromSource gives its argument.
//
//mcp:tool
func EnvFromSource(v corev1.EnvFromSource) corev1.EnvFromSource { return v }

// ContainerPort gives its argument.
//
//mcp:tool
func ContainerPort(v corev1.ContainerPort) corev1.ContainerPort { return v }

// VolumeMount gives its argument.
//
//mcp:tool
func VolumeMount(v corev1.VolumeMount) corev1.VolumeMount { return v }

// SecurityContext gives its argument.
//
//mcp:tool
func SecurityContext(v corev1.SecurityContext) corev1.SecurityContext { return v }

// PodSecurityContext gives its argument.
//
//mcp:tool
func PodSecurityContext(v corev1.PodSecurityContext) corev1.PodSecurityContext { return v }

// Toleration gives its argument.
//
//mcp:tool
func Toleration(v corev1.Toleration) corev1.Toleration { return v }

// Affinity gives its argument.
//
//mcp:tool
func Affinity(v corev1.Affinity) corev1.Affinity { return v }

// NodeSelector gives its argument.
//
//mcp:tool
func NodeSelector(v corev1.NodeSelector) corev1.NodeSelector { return v }

// TopologySpreadConstraint gives its argument.
//
//mcp:tool
func TopologySpreadConstraint(v corev1.TopologySpreadConstraint) corev1.TopologySpreadConstraint {
	return v
}

// HostAlias gives its argument.
//
//mcp:tool
func HostAlias(v corev1.HostAlias) corev1.HostAlias { return v }

// PodDNSConfig gives its argument.
//
//mcp:tool
func PodDNSConfig(v corev1.PodDNSConfig) corev1.PodDNSConfig { return v }

// LocalObjectReference gives its argument.
//
//mcp:tool
func LocalObjectReference(v corev1.LocalObjectReference) corev1.LocalObjectReference { return v }

// ObjectReference gives its argument.
//
//mcp:tool
func ObjectReference(v corev1.ObjectReference) corev1.ObjectReference { return v }

// SecretReference gives its argument.
//
//mcp:tool
func SecretReference(v corev1.SecretReference) corev1.SecretReference { return v }

// ConfigMapKeySelector gives its argument.
//
//mcp:tool
func ConfigMapKeySelector(v corev1.ConfigMapKeySelector) corev1.ConfigMapKeySelector { return v }

// PodExecOptions gives its argument.
//
//mcp:tool
func PodExecOptions(v corev1.PodExecOptions) corev1.PodExecOptions { return v }

// EnvVar gives its argument.
//
//mcp:tool
func EnvVar(v corev1.EnvVar) corev1.EnvVar { return v }

// ResourceRequirements gives its argument.
//
//mcp:tool
func ResourceRequirements(v corev1.ResourceRequirements) corev1.ResourceRequirements { return v }

// Probe gives its argument.
//
//mcp:tool
func Probe(v corev1.Probe) corev1.Probe { return v }

// Lifecycle gives its argument.
//
//mcp:tool
func Lifecycle(v corev1.Lifecycle) corev1.Lifecycle { return v }

// ServiceSpec gives its argument.
//
//mcp:tool
func ServiceSpec(v corev1.ServiceSpec) corev1.ServiceSpec { return v }

// Container gives its argument.
//
//mcp:tool
func Container(v corev1.Container) corev1.Container { return v }

// PodSpec gives its argument.
//
//mcp:tool
func PodSpec(v corev1.PodSpec) corev1.PodSpec { return v }

// Pod gives its argument.
//
//mcp:tool
func Pod(v corev1.Pod) corev1.Pod { return v }

// Binding gives its argument.
//
//mcp:tool
func Binding(v corev1.Binding) corev1.Binding { return v }

// PersistentVolumeClaimSpec gives its argument.
//
//mcp:tool
func PersistentVolumeClaimSpec(v corev1.PersistentVolumeClaimSpec) corev1.PersistentVolumeClaimSpec {
	return v
}

// ResourceQuotaSpec gives its argument.
//
//mcp:tool
func ResourceQuotaSpec(v corev1.ResourceQuotaSpec) corev1.ResourceQuotaSpec { return v }

// PodLogOptions gives its argument.
//
//mcp:tool
func PodLogOptions(v corev1.PodLogOptions) corev1.PodLogOptions { return v }
