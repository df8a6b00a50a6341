{{- define "mayfly.labels" -}}
app.kubernetes.io/name: mayfly
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: mayfly
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "mayfly.selector" -}}
app.kubernetes.io/name: mayfly
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Of objects outside of namespaces: two releases must not share one. A namespace has no dot in its name. */}}
{{- define "mayfly.clusterName" -}}
mayfly.{{ .Release.Namespace }}.{{ .Release.Name }}
{{- end }}
