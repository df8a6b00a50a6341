{{- /* Of workloads, their claims and Pods. A namespace that is deleted loses its Role before the finalizers in it are taken off
and the end of its Pods is seen, so these rights are the cluster's also with watchNamespaces. */}}
{{- define "mayfly.ownedRules" -}}
# Their finalizer is patched; the spec is the user's.
- apiGroups: [mayfly.dev]
  resources: [ephemeralworkloads, ephemeraltasks]
  verbs: [get, list, watch, patch]
- apiGroups: [mayfly.dev]
  resources: [ephemeralworkloads/status, ephemeraltasks/status]
  verbs: [patch]
{{- if .Values.runtimes.docker }}
# Claims that replicas mount: a finalizer and volume.kubernetes.io/selected-node are all that is written.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, patch]
# Pods of any namespace may be bound to the virtual node, such as those of DaemonSets: they are refused, and their deletion is
# confirmed, as a kubelet would.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, delete]
- apiGroups: [""]
  resources: [pods/status]
  verbs: [patch]
{{- else }}
# Claims that replicas mount; a finalizer that the runtime Docker left on one is taken off.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
{{- end }}
{{- end }}

{{- /* Of what else is in the namespaces whose workloads are served: all, or those of watchNamespaces. */}}
{{- define "mayfly.namespacedRules" -}}
# Finished ones, after their ttlSecondsAfterFinished.
- apiGroups: [mayfly.dev]
  resources: [ephemeraltasks]
  verbs: [delete]
# The templates that a workload had; the image that each first ran is noted on it.
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [get, list, create, patch, delete]
# Those that workloads name are watched or read, each by its name; copies of what a revision used and the key of its hash are made.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, create]
# Secrets are read by their names, one at a time: neither listed nor watched.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- if .Values.runtimes.docker }}
# Mirror Pods, one for each replica, bound to the virtual node: what they name is run by the engine, not by them.
- apiGroups: [""]
  resources: [pods]
  verbs: [create]
{{- end }}
{{- if .Values.runtimes.pods }}
# Replicas that are Pods: what holds one back is taken off it when it is due; commands of probes and preStop run in it.
- apiGroups: [""]
  resources: [pods]
  verbs: {{ .Values.runtimes.docker | ternary "[patch]" "[create, delete, patch]" }}
- apiGroups: [""]
  resources: [pods/exec]
  verbs: [get, create]
{{- end }}
{{- if and .Values.runtimes.docker (not .Values.watchNamespaces) }}
# Which mirror Pods a Service leads to: these are taken out of it before they are stopped.
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
{{- end }}
{{- if .Values.activator.enabled }}
# Leads a Service to the activator while its workload is at zero, and looks where else the Service leads.
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: {{ .Values.watchNamespaces | empty | ternary "[list, watch, create, update, delete]" "[create, update, delete]" }}
{{- end }}
{{- end }}

{{- /* Of what is in no namespace, and of what is watched in all of them whatever watchNamespaces says. */}}
{{- define "mayfly.clusterRules" -}}
# Read, never written; what became of them stands in their status.
- apiGroups: [mayfly.dev]
  resources: [imagepolicies]
  verbs: [list, watch]
- apiGroups: [mayfly.dev]
  resources: [imagepolicies/status]
  verbs: [patch]
# The cluster's identity, and the operator's own namespace for what a person allows there.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
# Whether workloads and tasks are gone because their CRD is.
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  resourceNames: [ephemeralworkloads.mayfly.dev, ephemeraltasks.mayfly.dev]
  verbs: [get]
# Who calls the virtual node, or asks for metrics, and whether they may.
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- if .Values.runtimes.docker }}
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [get]
- apiGroups: [storage.k8s.io]
  resources: [storageclasses]
  verbs: [get]
# Which node the engine's host is, and the virtual node that shows the replicas. The right is for all nodes, as the name
# of the virtual one has the host's in it; a Node that this operator did not make is never written.
- apiGroups: [""]
  resources: [nodes]
  verbs: [get, list, create, patch, delete]
- apiGroups: [""]
  resources: [nodes/status]
  verbs: [patch]
# The virtual node's serving certificate: requested, approved and, once it is there, deleted. Approval is for that signer only.
- apiGroups: [certificates.k8s.io]
  resources: [certificatesigningrequests]
  verbs: [get, create, delete]
- apiGroups: [certificates.k8s.io]
  resources: [certificatesigningrequests/approval]
  verbs: [update]
- apiGroups: [certificates.k8s.io]
  resources: [signers]
  resourceNames: [kubernetes.io/kubelet-serving]
  verbs: [approve]
{{- end }}
{{- if or (and .Values.activator.enabled (not .Values.runtimes.docker)) (and .Values.runtimes.docker .Values.watchNamespaces) }}
# Services are read with one watch, whose cost does not grow with watchNamespaces.
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
{{- end }}
{{- if and .Values.activator.enabled .Values.watchNamespaces }}
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
{{- end }}
{{- end }}
