package dev.mayfly.cli.convert;

import java.util.List;
import java.util.StringTokenizer;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A flag of {@code docker run}.
 *
 * @param names all of them, with their dashes
 * @param key of the Compose service, or of its healthcheck, that says the same; {@code -}: there is none
 */
record DockerFlag(List<String> names, Kind kind, String key) {
    /** How a flag takes its value, and where its key is. */
    enum Kind {
        VALUE,
        /** May be given several times. */
        LIST,
        SWITCH,
        /** A value of the healthcheck. */
        HEALTH
    }

    /** Those of the reference. A flag without a key is read elsewhere, or concerns only the client that typed it. */
    static final List<DockerFlag> ALL = """
            --name                       VALUE   container_name
            -w,--workdir                 VALUE   working_dir
            -u,--user                    VALUE   user
            --entrypoint                 VALUE   entrypoint
            -m,--memory                  VALUE   mem_limit
            --memory-reservation         VALUE   mem_reservation
            --memory-swap                VALUE   memswap_limit
            --memory-swappiness          VALUE   mem_swappiness
            --cpus                       VALUE   cpus
            -c,--cpu-shares              VALUE   cpu_shares
            --cpu-quota                  VALUE   cpu_quota
            --cpu-period                 VALUE   cpu_period
            --cpuset-cpus                VALUE   cpuset
            --restart                    VALUE   restart
            --network,--net              VALUE   network_mode
            -h,--hostname                VALUE   hostname
            --domainname                 VALUE   domainname
            --mac-address                VALUE   mac_address
            --stop-signal                VALUE   stop_signal
            --stop-timeout               VALUE   stop_grace_period
            --pull                       VALUE   pull_policy
            --platform                   VALUE   platform
            --pid                        VALUE   pid
            --ipc                        VALUE   ipc
            --uts                        VALUE   uts
            --userns                     VALUE   userns_mode
            --cgroupns                   VALUE   cgroup
            --cgroup-parent              VALUE   cgroup_parent
            --pids-limit                 VALUE   pids_limit
            --shm-size                   VALUE   shm_size
            --gpus                       VALUE   gpus
            --runtime                    VALUE   runtime
            --isolation                  VALUE   isolation
            --oom-score-adj              VALUE   oom_score_adj
            --log-driver                 VALUE   logging
            -p,--publish                 LIST    ports
            --expose                     LIST    expose
            -v,--volume                  LIST    volumes
            --mount                      LIST    mounts
            --tmpfs                      LIST    tmpfs
            -e,--env                     LIST    environment
            --env-file                   LIST    env_file
            -l,--label                   LIST    labels
            --annotation                 LIST    annotations
            --cap-add                    LIST    cap_add
            --cap-drop                   LIST    cap_drop
            --device                     LIST    devices
            --security-opt               LIST    security_opt
            --sysctl                     LIST    sysctls
            --ulimit                     LIST    ulimits
            --group-add                  LIST    group_add
            --dns                        LIST    dns
            --dns-search                 LIST    dns_search
            --dns-option                 LIST    dns_opt
            --add-host                   LIST    extra_hosts
            --link                       LIST    links
            --volumes-from               LIST    volumes_from
            --storage-opt                LIST    storage_opt
            --network-alias,--net-alias  LIST    external_links
            --log-opt                    LIST    logging
            --read-only                  SWITCH  read_only
            --privileged                 SWITCH  privileged
            --init                       SWITCH  init
            -t,--tty                     SWITCH  tty
            -i,--interactive             SWITCH  stdin_open
            --oom-kill-disable           SWITCH  oom_kill_disable
            --rm                         SWITCH  rm
            -d,--detach                  SWITCH  detach
            --health-cmd                 HEALTH  test
            --health-interval            HEALTH  interval
            --health-timeout             HEALTH  timeout
            --health-retries             HEALTH  retries
            --health-start-period        HEALTH  start_period
            --health-start-interval      HEALTH  start_interval
            --sig-proxy                  SWITCH  -
            -q,--quiet                   SWITCH  -
            --disable-content-trust      SWITCH  -
            -P,--publish-all             SWITCH  -
            --no-healthcheck             SWITCH  -
            -a,--attach                  VALUE   -
            --cidfile                    VALUE   -
            --detach-keys                VALUE   -
            """.lines().map(DockerFlag::parse).toList();

    private static DockerFlag parse(String line) {
        var words = new StringTokenizer(line);
        return new DockerFlag(
                List.of(words.nextToken().split(",")), Kind.valueOf(words.nextToken()), words.nextToken());
    }

    boolean hasKey() {
        return !key.equals("-");
    }

    OptionSpec option() {
        var option = OptionSpec.builder(names.toArray(String[]::new));
        return switch (kind) {
            case VALUE, HEALTH -> option.arity("1").type(String.class).build();
            case LIST ->
                option.arity("1").type(List.class).auxiliaryTypes(String.class).build();
            case SWITCH ->
                option.arity("0").type(boolean.class).defaultValue("false").build();
        };
    }
}
