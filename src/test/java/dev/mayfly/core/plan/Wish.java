package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.Desired.WarmPool;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The current spec of the user in a {@link SimulatedCluster}. */
final class Wish {
    private static final Probe PROBE = new Probe(
            new Probe.Exec(List.of("ask")), Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
    private static final Probe FAILING = new Probe(
            new Probe.Exec(List.of("false")), Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
    static final Failure REFUSAL = new Failure("ConfigMapNotFound", "ConfigMap settings is not there");
    private final Map<String, Template> earlier = new HashMap<>();
    private final String maxSurge;
    private final String maxUnavailable;
    private int version = 1;
    private int generation = 1;
    private Refused refused = Refused.NOT;
    boolean deleted;
    int replicas = 3;
    int fits = Integer.MAX_VALUE;
    boolean paused;
    int warm;
    int onDemand;
    /** The template's replicas run but never get ready. */
    boolean hangs;

    OnWrite onWrite = OnWrite.Report;
    int partition;
    Duration minReady = Duration.ZERO;
    OnFailure onFailure = OnFailure.Pause;
    int maxConsecutiveFailures = Desired.Restarts.NO_LIMIT;
    Optional<Duration> maxLifetime = Optional.empty();
    ScaleDownPolicy scaleDown = ScaleDownPolicy.DEFAULT;

    Wish(String maxSurge, String maxUnavailable) {
        this.maxSurge = maxSurge;
        this.maxUnavailable = maxUnavailable;
    }

    /** How much of the spec the operator can honor. */
    enum Refused {
        NOT,
        /** All but the template, of which something is missing. */
        TEMPLATE,
        /** All but the template, of which is not known what it says. */
        UNREADABLE,
        /** All but a field beyond the template. */
        FIELD
    }

    String revision() {
        return "v" + version;
    }

    int generation() {
        return generation;
    }

    Refused refused() {
        return refused;
    }

    void refuse(Refused how) {
        refused = how;
        generation++;
    }

    /** @param remembered true: the operator keeps the template of the last revision */
    void newTemplate(boolean remembered) {
        hangs = false;
        refuse(Refused.NOT);
        if (remembered) {
            earlier.put(revision(), template());
        }
        version++;
    }

    /** Every other revision has a readiness probe. */
    private Template template() {
        var template = Samples.template(revision());
        return version % 2 == 0 || hangs
                ? template.withProbes(
                        new Probes(Optional.empty(), Optional.of(hangs ? FAILING : PROBE), Optional.empty()))
                : template;
    }

    /** Changes the scale-down policy; every other one has a busy probe. */
    void removalOrder(int which) {
        var deadline = Duration.ofSeconds(30);
        scaleDown = new ScaleDownPolicy(
                Set.of(which % 5),
                Set.of(5 + which % 3),
                Map.of(which % 4, which % 7, 8, 1),
                which % 2 == 0 ? Optional.of(PROBE) : Optional.empty(),
                deadline);
    }

    void forgetEarlier() {
        earlier.clear();
    }

    Budget budget() {
        return Budget.resolve(maxSurge, maxUnavailable, replicas);
    }

    Desired desired() {
        var desired = honored();
        return switch (refused) {
            case NOT -> desired;
            case FIELD -> desired.refusing(Optional.empty(), REFUSAL);
            case TEMPLATE -> withoutTemplate(desired).refusing(Optional.of("refused-" + generation), REFUSAL);
            case UNREADABLE -> withoutTemplate(desired).refusing(Optional.empty(), REFUSAL);
        };
    }

    /** The template that the operator took up last is still stored. */
    private Desired withoutTemplate(Desired desired) {
        var known = new HashMap<>(desired.earlier());
        known.put(desired.revision(), desired.template());
        return desired.withRevision("")
                .withTemplate(Samples.template(""))
                .withEarlier(Collections.unmodifiableMap(known));
    }

    private Desired honored() {
        return Samples.desired(replicas)
                .withDeleted(deleted)
                .withRevision(revision())
                .withTemplate(template())
                .withEarlier(Collections.unmodifiableMap(new HashMap<>(earlier)))
                .withAudit(new AuditPolicy(Duration.ofSeconds(30), List.of(), onWrite, 0))
                .withRollout(rollout -> rollout.withPaused(paused)
                        .withBudget(budget())
                        .withPartition(Math.min(replicas, partition))
                        .withMinReady(minReady)
                        .withProgressDeadline(minReady.plusSeconds(20))
                        .withOnFailure(onFailure)
                        .withMaxLifetime(maxLifetime))
                .withRestarts(restarts -> restarts.withMaxConsecutiveFailures(maxConsecutiveFailures))
                .withScaleDown(scaleDown)
                .withWarm(new WarmPool(warm, onDemand, Integer.MAX_VALUE, Hold.Paused))
                .admitting(fits);
    }
}
