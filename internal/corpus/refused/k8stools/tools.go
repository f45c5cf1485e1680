// Package k8stools has tools for structs of the API of Kubernetes that mcpgen
// refuses.
package k8stools

import corev1 "k8s.io/api/core/v1"

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
