package dev.mayfly.cli.convert;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keys of a service that a workload has nothing for. */
final class ComposeUnsupported {
    /** @param why one clause @param instead one clause */
    private record Reason(String why, String instead) {}

    private static final Reason ORDER = new Reason(
            "workloads start in any order and are started again until they succeed",
            "let the program wait for what it needs");
    private static final Reason NAME =
            new Reason("replicas are named after their workload", "others reach them by the workload's name");
    private static final Reason NAMES = new Reason(
            "names resolve in the namespace's network by themselves", "use the other workload's name as the host");
    private static final Reason NO_DNS =
            new Reason("name servers and hosts entries are the engine's", "use names that the engine's host resolves");
    private static final Reason TERMINAL = new Reason("nobody is attached at the start", "use kubectl attach");
    private static final Reason PRIVILEGE =
            new Reason("replicas are isolated from the host", "run it without Mayfly if it needs that");
    private static final Reason KERNEL =
            new Reason("the operator sets the same for all replicas", "set it on the engine or its host");
    private static final Reason MEMORY =
            new Reason("nothing is swapped, and CPU and memory have limits only", "set resources.limits");
    private static final Reason LOGS = new Reason("the engine's log settings apply", "set them on the engine");
    private static final Reason INIT =
            new Reason("the image's own first process is run", "use an image that starts tini or the like");
    private static final Reason SHM = new Reason("/dev/shm has 64 MiB", "mount an emptyDir with medium: Memory there");
    private static final Reason PLATFORM = new Reason("the engine's own is used", "name an image of that platform");
    private static final Reason DEVELOPMENT =
            new Reason("a replica runs the image as it is", "build a new image, and change the workload's image");
    private static final Reason ROLLOUT =
            new Reason("a workload's rollout has fields of its own", "set rollout and backoff");
    private static final Reason UNKNOWN =
            new Reason("it is unknown here", "check its spelling, or see what Mayfly has in kubectl explain ew.spec");

    private static final Map<Set<String>, Reason> REASONS = Map.ofEntries(
            Map.entry(Set.of("depends_on"), ORDER),
            Map.entry(Set.of("hostname", "domainname", "mac_address"), NAME),
            Map.entry(Set.of("links", "external_links", "volumes_from"), NAMES),
            Map.entry(Set.of("dns", "dns_opt", "dns_search", "extra_hosts"), NO_DNS),
            Map.entry(Set.of("attach"), TERMINAL),
            Map.entry(
                    Set.of(
                            "privileged",
                            "devices",
                            "device_cgroup_rules",
                            "security_opt",
                            "pid",
                            "ipc",
                            "uts",
                            "userns_mode",
                            "cgroup",
                            "cgroup_parent",
                            "group_add",
                            "gpus",
                            "runtime",
                            "isolation",
                            "use_api_socket",
                            "credential_spec"),
                    PRIVILEGE),
            Map.entry(Set.of("sysctls", "ulimits", "pids_limit", "oom_kill_disable", "oom_score_adj"), KERNEL),
            Map.entry(
                    Set.of(
                            "memswap_limit",
                            "mem_swappiness",
                            "cpu_shares",
                            "cpu_quota",
                            "cpu_period",
                            "cpuset",
                            "cpu_count",
                            "cpu_percent",
                            "cpu_rt_runtime",
                            "cpu_rt_period",
                            "blkio_config",
                            "storage_opt"),
                    MEMORY),
            Map.entry(Set.of("logging"), LOGS),
            Map.entry(Set.of("init"), INIT),
            Map.entry(Set.of("shm_size"), SHM),
            Map.entry(Set.of("platform"), PLATFORM),
            Map.entry(Set.of("develop", "post_start", "pre_stop", "label_file", "provider", "models"), DEVELOPMENT));

    /** Fields that change nothing for a replica. */
    private static final List<String> SILENT = List.of("pull_refresh_after", "scale");

    private static final List<String> FALSE = List.of("privileged", "init", "oom_kill_disable");

    private ComposeUnsupported() {}

    /** Notes what is left of both. */
    static void note(Fields service, Fields deploy, Draft draft) {
        SILENT.forEach(service::value);
        service.rest().forEach((key, value) -> {
            var off = FALSE.contains(key) && Boolean.FALSE.equals(value);
            if (!key.startsWith("x-") && !off) {
                add(key, reason(key), draft);
            }
        });
        List.of("labels").forEach(deploy::value);
        deploy.rest().keySet().forEach(key -> add("deploy." + key, ROLLOUT, draft));
    }

    /** Notes what is left of a nested map, such as {@code limits}. */
    static void rest(Fields nested, Draft draft) {
        nested.rest().keySet().forEach(key -> add(nested.at() + "." + key, KERNEL, draft));
    }

    private static void add(String key, Reason reason, Draft draft) {
        draft.notes().leftOut(draft.name(), key, reason.why(), reason.instead());
    }

    private static Reason reason(String key) {
        return REASONS.entrySet().stream()
                .filter(entry -> entry.getKey().contains(key))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(UNKNOWN);
    }
}
