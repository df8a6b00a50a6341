package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.manifest.ManifestNames;
import dev.mayfly.core.model.Text;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Deployments, StatefulSets, ReplicaSets and Pods as workloads, Jobs as tasks. */
final class KubernetesDocuments {
    private static final KubernetesSerialization MODELS = new KubernetesSerialization();
    private static final Set<String> AS_THEY_ARE =
            Set.of("ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "Namespace");
    private static final int MAX_SECONDS = 86_400;
    private static final int MAX_PERCENT = 100;

    private final Context context;
    private final Set<String> names = new HashSet<>();
    private final List<Map<String, Object>> resources = new ArrayList<>();

    private KubernetesDocuments(Context context) {
        this.context = context;
    }

    /** @throws Refusal if one is not valid */
    static List<Map<String, Object>> convert(List<Map<String, Object>> documents, Context context) {
        var kubernetes = new KubernetesDocuments(context);
        documents.forEach(kubernetes::convert);
        return kubernetes.resources;
    }

    private void convert(Map<String, Object> document) {
        var kind = String.valueOf(document.get("kind"));
        switch (kind) {
            case "List" ->
                Fields.of("List", document).list("items").forEach(item -> convert(Fields.map("List.items", item)));
            case "Deployment" -> deployment(read(document, Deployment.class));
            case "StatefulSet" -> statefulSet(read(document, StatefulSet.class));
            case "ReplicaSet" -> {
                var set = read(document, ReplicaSet.class);
                workload(
                        set.getMetadata(),
                        set.getSpec().getTemplate(),
                        set.getSpec().getReplicas(),
                        Map.of());
            }
            case "Pod" -> {
                var pod = read(document, Pod.class);
                workload(pod.getMetadata(), new PodTemplateSpec(pod.getMetadata(), pod.getSpec()), 1, Map.of());
            }
            case "Job" -> job(read(document, Job.class));
            default -> other(kind, document);
        }
    }

    private void other(String kind, Map<String, Object> document) {
        var name = document.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("name") : null;
        var what = kind + (name == null ? "" : " " + name);
        var instead = switch (kind) {
            case "Service" -> "use the workload's name as the host; for others give one of its ports a hostPort";
            case "Ingress", "HTTPRoute", "Gateway" -> "publish a proxy's port with hostPort";
            case "CronJob" -> "let the CronJob create an EphemeralTask, as deploy/samples/cronjob.yaml does";
            case "DaemonSet" -> "there is one engine: make it a workload of one replica";
            case "HorizontalPodAutoscaler" -> "point it at the EphemeralWorkload, which has a scale subresource";
            default -> AS_THEY_ARE.contains(kind) ? "apply it as it is" : "apply it as it is where it is needed";
        };
        context.notes().leftOut(what, "all of it", "it runs nothing by itself that Mayfly would run", instead);
    }

    private void deployment(Deployment deployment) {
        var spec = deployment.getSpec();
        var extra = new LinkedHashMap<String, Object>();
        if (Boolean.TRUE.equals(spec.getPaused())) {
            extra.put("paused", true);
        }
        var rollout = new LinkedHashMap<String, Object>();
        var strategy = spec.getStrategy();
        if (strategy != null && "Recreate".equals(strategy.getType())) {
            rollout.put("maxSurge", 0);
            rollout.put("maxUnavailable", "100%");
        } else if (strategy != null && strategy.getRollingUpdate() != null) {
            var rolling = strategy.getRollingUpdate();
            Optional.ofNullable(rolling.getMaxSurge()).ifPresent(surge -> rollout.put("maxSurge", surge.getValue()));
            Optional.ofNullable(rolling.getMaxUnavailable())
                    .ifPresent(most -> rollout.put("maxUnavailable", most.getValue()));
        }
        ready(spec.getMinReadySeconds(), rollout);
        if (spec.getProgressDeadlineSeconds() != null) {
            rollout.put("progressDeadlineSeconds", spec.getProgressDeadlineSeconds());
        }
        if (!rollout.isEmpty()) {
            extra.put("rollout", rollout);
        }
        if (spec.getRevisionHistoryLimit() != null) {
            extra.put("revisionHistoryLimit", Math.min(spec.getRevisionHistoryLimit(), MAX_PERCENT));
        }
        workload(deployment.getMetadata(), spec.getTemplate(), spec.getReplicas(), extra);
    }

    private void statefulSet(StatefulSet set) {
        var spec = set.getSpec();
        var rollout = Draft.oneAtATime();
        ready(spec.getMinReadySeconds(), rollout);
        draft(set.getMetadata()).ifPresent(draft -> {
            draft.replicas(Optional.ofNullable(spec.getReplicas()).orElse(1));
            draft.set("rollout", rollout);
            var claims = Optional.ofNullable(spec.getVolumeClaimTemplates()).orElse(List.of()).stream()
                    .map(PersistentVolumeClaim::getMetadata)
                    .map(ObjectMeta::getName)
                    .toList();
            claims.forEach(claim -> context.notes()
                    .changed(
                            draft.name(),
                            "volumeClaimTemplate " + claim + " is a dockerVolume with a directory for each slot",
                            "Mayfly makes no claims",
                            "name a claim in persistentVolumeClaim to use one"));
            context.notes()
                    .changed(
                            draft.name(),
                            "its replicas have no order and no DNS name each",
                            "slots are alike, and the workload's name resolves to all of them",
                            "let the program find its peers by that name");
            template(draft, spec.getTemplate(), claims);
        });
    }

    private void workload(ObjectMeta metadata, PodTemplateSpec template, Integer replicas, Map<String, Object> extra) {
        draft(metadata).ifPresent(draft -> {
            draft.replicas(replicas == null ? 1 : replicas);
            extra.forEach(draft::set);
            template(draft, template, List.of());
        });
    }

    private void job(Job job) {
        var spec = job.getSpec();
        draft(job.getMetadata()).ifPresent(draft -> {
            draft.becomeTask();
            var fields = new LinkedHashMap<String, Object>();
            fields.put("completions", spec.getCompletions());
            fields.put("parallelism", spec.getParallelism());
            fields.put("backoffLimit", spec.getBackoffLimit());
            fields.put("activeDeadlineSeconds", spec.getActiveDeadlineSeconds());
            fields.put("ttlSecondsAfterFinished", spec.getTtlSecondsAfterFinished());
            fields.values().removeIf(value -> value == null);
            fields.forEach(draft::set);
            if (Boolean.TRUE.equals(spec.getSuspend())) {
                draft.set("suspend", true);
            }
            template(draft, spec.getTemplate(), List.of());
        });
    }

    private static void ready(Integer seconds, Map<String, Object> rollout) {
        if (seconds != null && seconds > 0) {
            rollout.put("minReadySeconds", Math.min(seconds, MAX_SECONDS));
        }
    }

    private Optional<Draft> draft(ObjectMeta metadata) {
        var given = metadata == null || metadata.getName() == null ? "" : metadata.getName();
        if (given.isEmpty()) {
            context.notes().leftOut("document", "all of it", "it has no metadata.name", "give it one");
            return Optional.empty();
        }
        var label = ManifestNames.label(given, ManifestNames.MAX_RESOURCE);
        var name = ManifestNames.unique(label, ManifestNames.MAX_RESOURCE, names);
        if (!name.equals(given)) {
            context.notes()
                    .changed(
                            given,
                            "its name became " + name,
                            "names have at most " + ManifestNames.MAX_RESOURCE + " of a-z, 0-9 and -, and are unique",
                            "others reach it as " + name);
        }
        return Optional.of(new Draft(name, context.notes()));
    }

    /** @param claims names of the volumes of which each replica has one of its own */
    private void template(Draft draft, PodTemplateSpec template, List<String> claims) {
        PodSpec pod = template == null ? null : template.getSpec();
        if (pod == null || pod.getContainers() == null || pod.getContainers().isEmpty()) {
            context.notes().leftOut(draft.name(), "all of it", "it has no container", "give it one");
            return;
        }
        if (new PodContainer(draft, context).read(template, fields(draft, pod), claims)) {
            resources.add(draft.resource());
        }
    }

    private static Fields fields(Draft draft, PodSpec pod) {
        return Fields.of(draft.name() + ".spec", MODELS.convertValue(pod, Map.class));
    }

    private static <T> T read(Map<String, Object> document, Class<T> type) {
        try {
            var read = MODELS.convertValue(document, type);
            if (Fields.of(type.getSimpleName(), document).value("spec").isEmpty()) {
                throw new Refusal("A " + type.getSimpleName() + " has no spec: complete it");
            }
            return read;
        } catch (IllegalArgumentException invalid) {
            throw new Refusal("A " + type.getSimpleName() + " is not valid: "
                    + Printable.of(Text.shortened(
                            String.valueOf(invalid.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(""),
                            200))
                    + ". Correct it");
        }
    }
}
