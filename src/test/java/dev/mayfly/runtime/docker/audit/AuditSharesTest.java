package dev.mayfly.runtime.docker.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.host.Host;
import dev.mayfly.host.Pace;
import dev.mayfly.host.WritableLayer;
import dev.mayfly.host.WritableLayer.Extent;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.RunningReplicas;
import dev.mayfly.runtime.support.TerminationHistory;
import dev.mayfly.testing.ScriptedHost;
import dev.mayfly.testing.engine.ScriptedEngine;
import dev.mayfly.testing.engine.ScriptedEngine.Reply;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers of a namespace whose audits never end, beside one whose audit ends at once. */
class AuditSharesTest {
    private static final String CONTAINER = """
            {"Id":"%1$s","State":{},"Config":{},"HostConfig":{},\
            "GraphDriver":{"Name":"overlay2","Data":{"UpperDir":"/%1$s","LowerDir":"/lower"}}}""";
    /** Names of workloads whose container the engine can't describe, or no longer has. */
    private static final String UNDESCRIBED = "undescribed";

    private static final String REMOVED = "removed";
    private static final int MANY = 30;

    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch slow = new CountDownLatch(2);
    private final AtomicBoolean broken = new AtomicBoolean();
    /** Reads a layer. @return its bytes */
    private volatile ToLongFunction<WritableLayer> reading = layer -> 0;

    private final Engine engine = ScriptedEngine.of(AuditSharesTest::answer);
    private final Host host =
            ScriptedHost.of(Map.of("writes", call -> writes((WritableLayer) call[0], (Pace) call[4])));
    private final ReplicaIndex index = new ReplicaIndex(new TerminationHistory());
    private final Auditor auditor =
            new Auditor(() -> engine, index, Optional.of(host), new TerminationHistory(), InstantSource.system());

    @AfterEach
    void close() {
        released.countDown();
        auditor.close();
    }

    @Test
    void auditsThatTakeLongDelayNobodyElses() throws InterruptedException {
        for (var i = 0; i < MANY; i++) {
            runs(Tenants.owner("noisy", "owner-" + i));
        }
        auditor.start();
        assertThat(slow.await(60, TimeUnit.SECONDS)).isTrue();

        runs(Tenants.VICTIM);

        await().until(() -> auditor.report(Tenants.VICTIM).auditedSince().isPresent());
    }

    @Test
    void lastAuditsThatTakeLongDelayNobodyElsesRemoval() throws InterruptedException {
        for (var i = 0; i < MANY; i++) {
            auditor.lastLook(runs(Tenants.owner("noisy", "owner-" + i)), () -> {});
        }
        assertThat(slow.await(60, TimeUnit.SECONDS)).isTrue();
        var removed = new CountDownLatch(1);

        auditor.lastLook(runs(Tenants.VICTIM), removed::countDown);

        assertThat(removed.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAuditIsGivenUpForTheLastOneOfTheSameContainer() throws InterruptedException {
        var noisy = runs(Tenants.owner("noisy", "one"));
        auditor.start();
        await().until(() -> slow.getCount() == 1);

        auditor.lastLook(noisy, () -> {});

        assertThat(slow.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aContainerIsNotRemovedWhileItsLastAuditFails() throws InterruptedException {
        var replica = runs(Tenants.VICTIM);
        broken.set(true);
        lookedAt(replica);
        assertThatThrownBy(() -> auditor.requireLastLook(replica)).hasMessage("the disk is broken");

        broken.set(false);
        lookedAt(replica);
        assertThatCode(() -> auditor.requireLastLook(replica)).doesNotThrowAnyException();
    }

    /** Nothing more can be found in it, and deletion wins. */
    @ParameterizedTest
    @ValueSource(strings = {UNDESCRIBED, REMOVED})
    void aContainerThatCannotBeAuditedIsRemovedAllTheSame(String name) throws InterruptedException {
        var owner = Tenants.owner("quiet", name);
        var replica = runs(owner);

        lookedAt(replica);

        assertThatCode(() -> auditor.requireLastLook(replica)).doesNotThrowAnyException();
        assertThat(auditor.report(owner).evidenceRemoved()).contains(replica.replica());
    }

    /** After a scale to 0 and back a slot has the same attempt again, and an audit may take long. */
    @Test
    void whatIsFoundInAContainerThatIsGoneConcernsNoOther() {
        var owner = Tenants.owner("quiet", "web");
        var concerned = new AtomicBoolean();
        var replica = runs(owner, 1);
        index.watch(changed -> concerned.compareAndSet(
                false, index.find(replica).orElseThrow().writes().excess().isPresent()));
        reading = layer -> {
            if (layer.upper().startsWith("/quiet")) {
                auditor.vanished(replica);
                auditor.register(replica, "next", Mode.Audit, "v1");
                return 2;
            }
            return 0;
        };

        auditor.start();

        await().until(() -> auditor.report(owner).auditedSince().isPresent());
        assertThat(concerned).isFalse();
    }

    private void lookedAt(ReplicaId replica) throws InterruptedException {
        var over = new CountDownLatch(1);
        auditor.lastLook(replica, over::countDown);
        assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private Optional<Extent> writes(WritableLayer layer, Pace pace) {
        if (broken.get()) {
            throw new Host.Refused("the disk is broken");
        }
        if (layer.upper().startsWith("/noisy")) {
            slow.countDown();
            ScriptedHost.work(released, pace);
        }
        return Optional.of(new Extent(reading.applyAsLong(layer), true));
    }

    private ReplicaId runs(OwnerId owner) {
        return runs(owner, 0);
    }

    private ReplicaId runs(OwnerId owner, long layerBytes) {
        var id = RunningReplicas.in(index, owner);
        var container = owner.namespace() + "/" + owner.name();
        auditor.audit(owner, new AuditPolicy(Duration.ofSeconds(1), List.of(), OnWrite.Report, layerBytes));
        auditor.register(id, container.replace('/', '.'), Mode.Audit, "v1");
        assertThat(index.find(id)).isPresent();
        return id;
    }

    /** Its containers are not running any more, and their layers are at {@code /<namespace>.<name>}. */
    private static Reply answer(String path) {
        var parts = path.split("/");
        if (path.endsWith(UNDESCRIBED + "/json")) {
            return Reply.of(Reply.BROKEN, "layer does not exist");
        }
        return path.endsWith("/json") && !path.endsWith(REMOVED + "/json")
                ? Reply.of(Reply.OK, CONTAINER.formatted(parts[parts.length - 2].replace('.', '/')))
                : Reply.of(Reply.ABSENT, "");
    }
}
