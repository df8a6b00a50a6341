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

{{- define "mayfly.image" -}}
{{- with .Values.image }}
{{- printf "%s%s" .repository (.digest | empty | ternary (printf ":%s" (.tag | default $.Chart.AppVersion)) (printf "@%s" .digest)) | quote }}
{{- end }}
{{- end }}

{{- /* Of a container that needs nothing of its node, as Pod Security's level "restricted" has it. */}}
{{- define "mayfly.restricted" -}}
runAsNonRoot: true
runAsUser: 65534
runAsGroup: 65534
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- /* Of a Pod that runs one command of the operator's image, and nothing else. Give a dict of root, account and args. */}}
{{- define "mayfly.command" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: true
restartPolicy: Never
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: mayfly
    image: {{ include "mayfly.image" .root }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: {{ toJson .args }}
    terminationMessagePolicy: FallbackToLogsOnError
    resources:
      requests:
        cpu: 50m
        memory: 96Mi
      limits:
        memory: 256Mi
    securityContext:
      {{- include "mayfly.restricted" .root | nindent 6 }}
    volumeMounts:
      - name: scratch
        mountPath: /tmp
volumes:
  - name: scratch
    emptyDir:
      sizeLimit: 64Mi
{{- end }}

{{- define "mayfly.hook" -}}
helm.sh/hook: {{ .hook }}
helm.sh/hook-weight: {{ .weight | quote }}
# The output of a failed one stays to be read.
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
helm.sh/hook-output-log-policy: hook-failed
{{- end }}

{{- /* Prefixes of paths as CEL expressions, in which <namespace> is the request's. */}}
{{- define "mayfly.celPrefixes" -}}
{{- $expressions := list }}
{{- range . }}
{{- $expressions = append $expressions (printf "'%s'" (trim . | trimSuffix "/" | replace "<namespace>" "' + request.namespace + '")) }}
{{- end }}
{{- toJson $expressions }}
{{- end }}

{{- /* Whether the port p may be published, in CEL: it is in one of the ranges, of which some are of one namespace alone. */}}
{{- define "mayfly.celPorts" -}}
{{- $expressions := list }}
{{- range splitList "," . | compact }}
{{- $ports := trim . }}
{{- $of := "" }}
{{- if contains ":" $ports }}
{{- $of = printf "request.namespace == '%s' && " (splitList ":" $ports | first) }}
{{- $ports = splitList ":" $ports | last }}
{{- end }}
{{- $range := splitList "-" $ports }}
{{- $expressions = append $expressions (printf "(%sp.hostPort >= %s && p.hostPort <= %s)" $of (first $range) (last $range)) }}
{{- end }}
{{- printf "(%s)" (join " || " $expressions | default "false") }}
{{- end }}
