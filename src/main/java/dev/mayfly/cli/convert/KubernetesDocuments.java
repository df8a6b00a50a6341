package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.manifest.ManifestNames;
import dev.mayfly.core.model.Text;
import io.fabric8.kubernetes.api.model.ObjectMeta;
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
import java.util.function.BiFunction;

/** Deployments, StatefulSets, ReplicaSets and Pods as workloads, Jobs as tasks. */
final class KubernetesDocuments {
    private static final KubernetesSerialization MODELS = new KubernetesSerialization();
    private static final Set<String> AS_THEY_ARE =
            Set.of("ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "Namespace");
    private static final long MAX_READY = 86_400;
    private static final long MAX_DEADLINE = 604_800;
    private static final long MAX_PARTITION = 100_000;
    private static final long MAX_REVISIONS = 100;
    private static final long MAX_COMPLETIONS = 100_000;
    private static final long MAX_PARALLELISM = 10_000;
    private static final long MAX_RETRIES = 1000;
    private static final long YEAR = 31_536_000;
    private static final String OWN_ROLLOUT = "a workload's rollout has fields of its own";
    private static final String SET_ROLLOUT = "set rollout";

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
            case "Deployment" -> {
                var deployment = read(document, Deployment.class);
                var template = deployment.getSpec().getTemplate();
                convert(deployment.getMetadata(), deployment.getSpec(), template, KubernetesDocuments::deployment);
            }
            case "StatefulSet" -> {
                var set = read(document, StatefulSet.class);
                convert(
                        set.getMetadata(),
                        set.getSpec(),
                        set.getSpec().getTemplate(),
                        KubernetesDocuments::statefulSet);
            }
            case "ReplicaSet" -> {
                var set = read(document, ReplicaSet.class);
                convert(set.getMetadata(), set.getSpec(), set.getSpec().getTemplate(), KubernetesDocuments::replicaSet);
            }
            case "Pod" -> {
                var pod = read(document, Pod.class);
                var template = new PodTemplateSpec(pod.getMetadata(), pod.getSpec());
                convert(pod.getMetadata(), Map.of(), template, KubernetesDocuments::replicaSet);
            }
            case "Job" -> {
                var job = read(document, Job.class);
                convert(job.getMetadata(), job.getSpec(), job.getSpec().getTemplate(), KubernetesDocuments::job);
            }
            default -> other(kind, document);
        }
    }

    private void other(String kind, Map<String, Object> document) {
        var name = document.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("name") : null;
        var what = kind + (name == null ? "" : " " + name);
        var instead = switch (kind) {
            case "Service" -> "apply it as it is: its selector finds the replicas' Pods";
            case "Ingress", "HTTPRoute", "Gateway" -> "publish a proxy's port with hostPort";
            case "CronJob" -> "let the CronJob create an EphemeralTask, as deploy/samples/cronjob.yaml does";
            case "DaemonSet" -> "there is one engine: make it a workload of one replica";
            case "HorizontalPodAutoscaler" ->
                "set its scaleTargetRef to apiVersion mayfly.dev/v1alpha1, kind EphemeralWorkload";
            default -> AS_THEY_ARE.contains(kind) ? "apply it as it is" : "apply it as it is where it is needed";
        };
        context.notes().leftOut(what, "all of it", "it runs nothing by itself that Mayfly would run", instead);
    }

    /** @param kind takes over the fields of the spec besides its template, and returns the names of its claims */
    private void convert(
            ObjectMeta metadata, Object spec, PodTemplateSpec template, BiFunction<Draft, Fields, List<String>> kind) {
        draft(metadata).ifPresent(draft -> {
            var fields = Fields.of("spec", MODELS.convertValue(spec, Map.class));
            List.of("selector", "template").forEach(fields::value);
            var claims = kind.apply(draft, fields);
            draft.leftOver("", fields, "Mayfly has nothing like it", "do without, or let the program do it");
            template(draft, template, claims);
        });
    }

    private static List<String> deployment(Draft draft, Fields spec) {
        draft.replicas(spec.number("replicas").orElse(1L));
        if (spec.flag("paused")) {
            draft.set("paused", true);
        }
        var rollout = new LinkedHashMap<String, Object>();
        spec.fields("strategy").ifPresent(strategy -> strategy(draft, strategy, rollout));
        ready(draft, spec, rollout);
        spec.number("progressDeadlineSeconds")
                .map(seconds -> draft.within("progressDeadlineSeconds", seconds, 1, MAX_DEADLINE))
                .ifPresent(seconds -> rollout.put("progressDeadlineSeconds", seconds));
        if (!rollout.isEmpty()) {
            draft.set("rollout", rollout);
        }
        number(draft, spec, "revisionHistoryLimit", 0, MAX_REVISIONS);
        return List.of();
    }

    private static void strategy(Draft draft, Fields strategy, Map<String, Object> rollout) {
        var recreate = strategy.text("type").filter("Recreate"::equals).isPresent();
        if (recreate) {
            rollout.put("maxSurge", 0);
            rollout.put("maxUnavailable", "100%");
        }
        strategy.fields("rollingUpdate").ifPresent(rolling -> {
            for (var bound : List.of("maxSurge", "maxUnavailable")) {
                rolling.value(bound).filter(value -> !recreate).ifPresent(value -> rollout.put(bound, value));
            }
            draft.leftOver("strategy.rollingUpdate", rolling, OWN_ROLLOUT, SET_ROLLOUT);
        });
        draft.leftOver("strategy", strategy, OWN_ROLLOUT, SET_ROLLOUT);
    }

    private static List<String> replicaSet(Draft draft, Fields spec) {
        draft.replicas(spec.number("replicas").orElse(1L));
        var rollout = new LinkedHashMap<String, Object>();
        ready(draft, spec, rollout);
        if (!rollout.isEmpty()) {
            draft.set("rollout", rollout);
        }
        return List.of();
    }

    private static List<String> statefulSet(Draft draft, Fields spec) {
        draft.replicas(spec.number("replicas").orElse(1L));
        var rollout = Draft.oneAtATime();
        spec.fields("updateStrategy").ifPresent(strategy -> updateStrategy(draft, strategy, rollout));
        ready(draft, spec, rollout);
        draft.set("rollout", rollout);
        number(draft, spec, "revisionHistoryLimit", 0, MAX_REVISIONS);
        var claims = spec.list("volumeClaimTemplates").stream()
                .map(claim -> Fields.of("spec.volumeClaimTemplates", claim))
                .map(claim -> claim.fields("metadata")
                        .flatMap(metadata -> metadata.text("name"))
                        .orElse(""))
                .toList();
        claims.forEach(claim -> draft.notes()
                .changed(
                        draft.name(),
                        "volumeClaimTemplate " + claim + " is a dockerVolume with a directory for each slot",
                        "Mayfly makes no claims",
                        "name a claim in persistentVolumeClaim to use one"));
        draft.notes()
                .changed(
                        draft.name(),
                        "its replicas have no order and no DNS name each",
                        "slots are alike, and the workload's name resolves to all of them",
                        "let the program find its peers by that name");
        spec.value("serviceName");
        spec.text("podManagementPolicy")
                .filter(policy -> !policy.equals("Parallel"))
                .ifPresent(policy -> draft.notes()
                        .leftOut(
                                draft.name(),
                                "podManagementPolicy " + policy,
                                "replicas start at the same time",
                                "let the program wait for what it needs"));
        return claims;
    }

    private static void updateStrategy(Draft draft, Fields strategy, Map<String, Object> rollout) {
        strategy.text("type")
                .filter(type -> !type.equals("RollingUpdate"))
                .ifPresent(type -> draft.notes()
                        .leftOut(
                                draft.name(),
                                "updateStrategy " + type,
                                "a change of the template replaces one replica after the other",
                                "set paused to hold it back"));
        strategy.fields("rollingUpdate").ifPresent(rolling -> {
            rolling.value("maxUnavailable").ifPresent(most -> rollout.put("maxUnavailable", most));
            rolling.number("partition")
                    .filter(held -> held > 0)
                    .map(held -> draft.within("partition", held, 0, MAX_PARTITION))
                    .ifPresent(held -> rollout.put("partition", held));
            draft.leftOver("updateStrategy.rollingUpdate", rolling, OWN_ROLLOUT, SET_ROLLOUT);
        });
        draft.leftOver("updateStrategy", strategy, OWN_ROLLOUT, SET_ROLLOUT);
    }

    private static List<String> job(Draft draft, Fields spec) {
        draft.becomeTask();
        var suspended = spec.flag("suspend");
        number(draft, spec, "completions", 0, MAX_COMPLETIONS);
        var none = spec.rest().get("parallelism") instanceof Number parallelism && parallelism.longValue() == 0;
        if (none) {
            spec.value("parallelism");
            draft.notes()
                    .changed(
                            draft.name(),
                            "parallelism 0 became suspend: true",
                            "parallelism is 1 or more",
                            "set suspend: false to run it");
        }
        number(draft, spec, "parallelism", 1, MAX_PARALLELISM);
        number(draft, spec, "backoffLimit", 0, MAX_RETRIES);
        number(draft, spec, "activeDeadlineSeconds", 1, YEAR);
        number(draft, spec, "ttlSecondsAfterFinished", 0, YEAR);
        if (suspended || none) {
            draft.set("suspend", true);
        }
        spec.text("completionMode")
                .filter("Indexed"::equals)
                .ifPresent(mode -> draft.notes()
                        .changed(
                                draft.name(),
                                "completionMode Indexed is how every task is counted",
                                "an attempt finds its index in MAYFLY_INDEX, not in JOB_COMPLETION_INDEX",
                                "let the program read that"));
        spec.value("podFailurePolicy")
                .ifPresent(policy -> draft.notes()
                        .leftOut(
                                draft.name(),
                                "podFailurePolicy",
                                "every failed attempt counts against backoffLimit",
                                "let the program exit with 0 where a failure is not to count"));
        return List.of();
    }

    /** Takes over a field that has the same name, within the resource definition's limits. */
    private static void number(Draft draft, Fields spec, String field, long least, long most) {
        spec.number(field)
                .map(number -> draft.within(field, number, least, most))
                .ifPresent(number -> draft.set(field, number));
    }

    private static void ready(Draft draft, Fields spec, Map<String, Object> rollout) {
        spec.number("minReadySeconds")
                .filter(seconds -> seconds > 0)
                .map(seconds -> draft.within("minReadySeconds", seconds, 0, MAX_READY))
                .ifPresent(seconds -> rollout.put("minReadySeconds", seconds));
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
