package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.testing.Observer;
import dev.mayfly.testing.Observer.Bounds;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Story V: somebody uses the engine's own tools on the containers of a workload, every verb in random order and again. Within
 * one resync the workload has its replicas, each in its first run and unchanged, and an Event names what was found. The
 * engine is asked for that, not the operator.
 *
 * @param length at least this long, and each verb at least once
 * @param resync interval at which the operator lists all containers
 * @param mode with {@link Mode#Audit}, the status accuses no replica of a write that neither its command nor a verb made
 * @param seed of the order of verbs and victims
 * @param operator is killed before each verb, and started after it; empty: it runs all the time
 */
public record EngineVerbs(Duration length, Duration resync, Mode mode, long seed, Optional<OperatorProcess> operator)
        implements Scenario {
    /** While the operator runs. */
    public EngineVerbs(Duration length, Duration resync, Mode mode, long seed) {
        this(length, resync, mode, seed, Optional.empty());
    }

    private static final String NAME = "web";
    private static final int REPLICAS = 3;
    /** Of the manifest. */
    private static final int SURGE = 1;
    /** Beyond the resync: a stop, a start and the status, on a busy machine. */
    private static final Duration MARGIN = Duration.ofSeconds(90);

    /** Files of the command, and of the verb that copies one. */
    private static final Set<String> WRITTEN = Set.of("/first", "/second", "/copied");

    private static final String NEVER = "0001-01-01T00:00:00Z";
    private static final String MANIFEST = """
            apiVersion: mayfly.dev/v1alpha1
            kind: EphemeralWorkload
            metadata: {name: web}
            spec:
              replicas: 3
              backoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}
              rollout: {maxSurge: 1, maxUnavailable: 0}
              ephemerality: {mode: %s}
              template:
                image: busybox:1.36
                command:
                  - sh
                  - -c
                  - |
                    trap 'exit 4' TERM
                    [ ! -e /first ] || touch /second
                    touch /first
                    while :; do sleep 0.1; done
                terminationGracePeriodSeconds: 2
            """;

    /** A verb of the engine's own tools. */
    private enum Verb {
        STOP("ContainerSignalled ReplicaEnded") {
            @Override
            void on(Container victim) {
                docker("stop", "-t", "1", victim.getId());
            }
        },
        STOP_AND_START("ContainerRestarted", Trait.STARTS, Trait.SHOWS) {
            @Override
            void on(Container victim) {
                docker("stop", "-t", "1", victim.getId());
                docker("start", victim.getId());
            }
        },
        RESTART("ContainerRestarted", Trait.STARTS, Trait.SHOWS) {
            @Override
            void on(Container victim) {
                docker("restart", "-t", "1", victim.getId());
            }
        },
        RENAME("ContainerRenamed", Trait.SHOWS) {
            @Override
            void on(Container victim) {
                docker("rename", victim.getId(), foreign(victim));
            }
        },
        RENAME_AND_KILL("ContainerRenamed|ReplicaEnded") {
            @Override
            void on(Container victim) {
                docker("rename", victim.getId(), foreign(victim));
                tried("kill", victim.getId()); // unless it is replaced already
            }
        },
        PAUSE("ContainerPaused", Trait.KEEPS, Trait.SHOWS) {
            @Override
            void on(Container victim) {
                docker("pause", victim.getId());
            }
        },
        UPDATE("ContainerUpdated", Trait.SHOWS) {
            @Override
            void on(Container victim) {
                docker("update", "--cpu-shares", "300", victim.getId());
            }
        },
        ALWAYS_AND_KILL("ContainerUpdated", Trait.STARTS) {
            @Override
            void on(Container victim) {
                docker("update", "--restart=always", victim.getId());
                tellPid1(victim);
            }
        },
        DISCONNECT("ContainerDisconnected", Trait.SHOWS) {
            @Override
            void on(Container victim) {
                docker(
                        "network",
                        "disconnect",
                        Docker.inspect(victim).getHostConfig().getNetworkMode(),
                        victim.getId());
            }
        },
        CONNECT("ContainerConnected", Trait.SHOWS) {
            @Override
            void on(Container victim) {
                docker("network", "connect", "bridge", victim.getId());
            }
        },
        REMOVE("ReplicaEnded") {
            @Override
            void on(Container victim) {
                docker("rm", "-f", victim.getId());
            }
        },
        COPY("ContainerWritten", Trait.UNSEEN) {
            @Override
            void on(Container victim) {
                docker("cp", "/etc/hostname", victim.getId() + ":/copied");
            }
        },
        KILL_1("ReplicaEnded") {
            @Override
            void on(Container victim) {
                tellPid1(victim);
            }
        },
        KILL_9("ContainerSignalled ReplicaEnded") {
            @Override
            void on(Container victim) {
                docker("kill", victim.getId());
            }
        },
        COMMIT("ContainerCommitted", Trait.KEEPS) {
            @Override
            void on(Container victim) {
                docker("rmi", docker("commit", victim.getId()));
            }
        },
        PRUNE("ContainerRemoved", Trait.UNSEEN) {
            /** The victim is kept for its logs once it has a successor. */
            @Override
            void on(Container victim) {
                var namespace = victim.getLabels().get("mayfly.dev/namespace");
                docker("kill", victim.getId());
                await("a successor")
                        .atMost(MARGIN)
                        .until(() -> Docker.containers(Map.of("mayfly.dev/namespace", namespace)).stream()
                                        .filter(c -> c.getState().equals("running"))
                                        .filter(c ->
                                                !c.getId().equals(victim.getId())) // which the engine may list a while
                                        .count()
                                == REPLICAS);
                docker("container", "prune", "-f", "--filter", "label=mayfly.dev/namespace=" + namespace);
            }
        };

        /** Reasons of Events, separated by spaces: all of them must come; of those with a bar between them, one. */
        private final List<String> reasons;

        private final Set<Trait> traits;

        Verb(String reasons, Trait... traits) {
            this.reasons = List.of(reasons.split(" "));
            this.traits = traits.length == 0 ? EnumSet.noneOf(Trait.class) : EnumSet.copyOf(List.of(traits));
        }

        abstract void on(Container victim);

        /** Once it listens: it may just have started. It may end before its answer. */
        private static void tellPid1(Container victim) {
            tried("exec", victim.getId(), "sh", "-c", "until [ -e /first ]; do sleep 0.1; done; kill 1");
        }

        private static String foreign(Container victim) {
            return "foo-" + victim.getId().substring(0, 12);
        }
    }

    private enum Trait {
        /** The verb starts a container, beside a successor perhaps. */
        STARTS,
        /** The victim goes on: its layer and its settings are what they were. */
        KEEPS,
        /** The engine shows the change afterwards, so an operator that did not run meanwhile reports it too. */
        SHOWS,
        /** Nothing shows it to an operator that did not run meanwhile. */
        UNSEEN
    }

    @Override
    public String run(Workloads workloads) {
        System.out.println("verbs of the engine's own tools, mode " + mode + ", seed " + seed);
        var random = new Random(seed);
        var end = System.nanoTime() + length.toNanos();
        var left = new ArrayList<Verb>();
        var done = 0;
        workloads.apply(MANIFEST.formatted(mode));
        workloads.awaitRunning(NAME, REPLICAS);
        var shares = Docker.inspect(workloads.running(NAME).getFirst())
                .getHostConfig()
                .getCpuShares();
        try (var observer = new Observer(workloads, NAME, new Bounds(REPLICAS + SURGE, 0))) {
            while (System.nanoTime() < end || done < verbs().size()) {
                if (left.isEmpty()) {
                    left.addAll(verbs());
                    Collections.shuffle(left, random);
                }
                var verb = left.removeLast();
                var running = workloads.running(NAME);
                use(workloads, observer, verb, running.get(random.nextInt(running.size())), shares);
                done++;
            }
            observer.assertKept();
        } finally {
            workloads.delete(NAME);
            workloads.awaitGone(NAME);
        }
        return done + " verbs of the engine's own tools in mode " + mode + ": each time " + REPLICAS
                + " replicas in their first run within a resync, never more than " + (REPLICAS + SURGE)
                + " by Mayfly's doing, and an Event for each";
    }

    private List<Verb> verbs() {
        return Stream.of(Verb.values())
                .filter(verb -> operator.isEmpty() || !verb.traits.contains(Trait.UNSEEN))
                .toList();
    }

    private void use(Workloads workloads, Observer observer, Verb verb, Container victim, Integer shares) {
        var starts = verb.traits.contains(Trait.STARTS) ? 1 : 0;
        observer.allow(new Bounds(REPLICAS + SURGE + starts, 0));
        observer.excuse(victim.getId());
        var before =
                verb.reasons.stream().map(reason -> told(workloads, reason)).toList();

        operator.ifPresent(OperatorProcess::kill9);
        verb.on(victim);
        operator.ifPresent(OperatorProcess::start);

        await(verb + " of seed " + seed + ": " + REPLICAS + " unchanged replicas")
                .atMost(resync.plus(MARGIN))
                .ignoreExceptions() // one that is asked may go at that moment
                .untilAsserted(() -> {
                    assertUnchanged(workloads, shares);
                    assertThat(workloads.runningIds(NAME).contains(victim.getId()))
                            .as("%s of seed %d: the victim goes on", verb, seed)
                            .isEqualTo(verb.traits.contains(Trait.KEEPS));
                });
        if (operator.isEmpty() || verb.traits.contains(Trait.SHOWS)) {
            await(verb + " of seed " + seed + ": Events " + verb.reasons)
                    .atMost(MARGIN)
                    .untilAsserted(() -> {
                        for (var i = 0; i < before.size(); i++) {
                            assertThat(told(workloads, verb.reasons.get(i)))
                                    .as(verb.reasons.get(i))
                                    .isGreaterThan(before.get(i));
                        }
                    });
        }
        await(verb + " of seed " + seed + ": the status says so")
                .atMost(MARGIN)
                .untilAsserted(() -> assertThat(workloads.get(NAME).getStatus().readyReplicas())
                        .isEqualTo(REPLICAS));
        if (mode == Mode.Audit) {
            assertNobodyIsAccused(workloads, verb);
        }
    }

    private void assertNobodyIsAccused(Workloads workloads, Verb verb) {
        var findings = Optional.ofNullable(workloads.get(NAME).getStatus().ephemerality())
                .map(EphemeralityStatus::findings)
                .orElse(List.of());
        assertThat(findings.stream().map(FindingStatus::path))
                .as("%s of seed %d: what is found was written", verb, seed)
                .isSubsetOf(WRITTEN);
    }

    private static void assertUnchanged(Workloads workloads, Integer shares) {
        var alive = workloads.containers(NAME).stream()
                .filter(c -> !Set.of("exited", "created", "dead").contains(c.getState()))
                .toList();
        assertThat(alive).hasSize(REPLICAS);
        assertThat(alive.stream().map(c -> c.getLabels().get("mayfly.dev/slot")).collect(Collectors.toSet()))
                .hasSize(REPLICAS);
        assertThat(alive).allSatisfy(replica -> {
            assertThat(replica.getState()).isEqualTo("running");
            var inspected = Docker.inspect(replica);
            assertThat(Path.of("/proc", inspected.getState().getPidLong().toString(), "root", "second"))
                    .as("%s ran before", inspected.getName())
                    .doesNotExist();
            assertUnchanged(inspected, shares);
        });
    }

    private static void assertUnchanged(InspectContainerResponse replica, Integer shares) {
        var host = replica.getHostConfig();
        assertThat(replica.getName()).startsWith("/mayfly_");
        assertThat(replica.getState().getFinishedAt()).isEqualTo(NEVER);
        assertThat(host.getRestartPolicy().getName()).isIn("", "no");
        assertThat(host.getCpuShares()).isEqualTo(shares);
        assertThat(replica.getNetworkSettings().getNetworks()).hasSize(1);
        assertThat(replica.getNetworkSettings().getNetworks().get(host.getNetworkMode()))
                .isNotNull()
                .satisfies(network -> assertThat(network.getAliases()).contains(NAME));
    }

    /** @return how many Events have one of these reasons, which bars separate */
    private static int told(Workloads workloads, String reasons) {
        return Stream.of(reasons.split("\\|"))
                .flatMap(reason -> workloads.events(NAME, reason).stream())
                .mapToInt(event -> event.getCount() == null ? 1 : event.getCount())
                .sum();
    }

    /** @return what it printed; fails where it failed */
    private static String docker(String... arguments) {
        var result = run(arguments);
        assertThat(result.code())
                .as("docker %s: %s", String.join(" ", arguments), result.output())
                .isZero();
        return result.output().strip();
    }

    private static void tried(String... arguments) {
        run(arguments);
    }

    private record Result(int code, String output) {}

    private static Result run(String... arguments) {
        try {
            var process = new ProcessBuilder(Stream.concat(Stream.of("docker"), Stream.of(arguments))
                            .toList())
                    .redirectErrorStream(true)
                    .start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
