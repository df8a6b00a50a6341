package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.host.Host;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Answer.Outcome;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.probe.Prober.Target;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.testing.ScriptedHost;
import dev.mayfly.testing.engine.ScriptedEngine;
import dev.mayfly.testing.engine.ScriptedEngine.Reply;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An engine whose commands end at once, except those in containers named {@code slow-…} and {@code loud-…}: the former print
 * nothing and the latter print without end.
 */
class ExecProbesTest {
    private static final String SLOW = "slow-";
    private static final String LOUD = "loud-";
    private static final int FRAME_HEADER = 8;
    private static final int FRAME = 1 << 16;
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private final Set<String> began = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<SilentOutput> outputs = ConcurrentHashMap.newKeySet();
    private final Engine engine = ScriptedEngine.of(this::answer);
    private final List<String> killed = new CopyOnWriteArrayList<>();
    private final Host host = ScriptedHost.of(Map.of("kill", call -> {
        killed.add(call[0] + " " + call[1]);
        return null;
    }));
    private final ExecProbes probes = new ExecProbes(() -> engine, Optional.of(host));

    @AfterEach
    void close() {
        probes.close();
        closing.countDown();
        outputs.forEach(SilentOutput::close);
    }

    @Test
    void commandsThatTakeAnHourDelayNobodyElses() {
        for (var i = 0; i < 20; i++) {
            ask(question(Tenants.owner("noisy", "sleeps-" + i), SLOW + i, AN_HOUR));
        }

        var answer = ask(question(Tenants.VICTIM, "quick", AN_HOUR));

        await().until(() -> answer.get() != null);
        assertThat(answer.get()).isEqualTo(Answer.SUCCESS);
        await("each of the others began").until(() -> began.size() == 21);
    }

    @Test
    void aCommandThatDoesNotEndInTimeIsLateAndIsNotStartedAgain() {
        var question = question(Tenants.VICTIM, SLOW + "one", Duration.ofSeconds(1));
        var first = ask(question);
        await().until(() -> first.get() != null);
        assertThat(first.get().outcome()).isEqualTo(Outcome.LATE);
        assertThat(first.get().said()).contains("no answer within 1 s");

        assertThat(killed).containsExactly(SLOW + "one 4711");
        var second = ask(question);

        await().until(() -> second.get() != null);
        assertThat(second.get().said()).contains("of an earlier time still runs");
    }

    @Test
    void aCommandThatEndsAfterAWhileIsAnsweredByItsExitCode() {
        var answer = ask(question(Tenants.VICTIM, SLOW + "one", AN_HOUR));
        await().until(() -> !outputs.isEmpty());
        await().during(Duration.ofMillis(800)).until(() -> answer.get() == null);

        outputs.forEach(SilentOutput::close);

        await().until(() -> answer.get() != null);
        assertThat(answer.get()).isEqualTo(Answer.SUCCESS);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 3600})
    void aCommandThatPrintsWithoutEndFailsAndIsKilled(int timeout) {
        var answer = ask(question(Tenants.VICTIM, LOUD + "one", Duration.ofSeconds(timeout)));

        await().until(() -> answer.get() != null);
        assertThat(answer.get())
                .isEqualTo(Answer.failure("command 'check' printed more than 1 MiB: have it print less"));
        assertThat(killed).containsExactly(LOUD + "one 4711");
    }

    @Test
    void withoutAHostACommandThatPrintsWithoutEndIsNotStartedAgain() {
        try (var remote = new ExecProbes(() -> engine, Optional.empty())) {
            var question = remote.question(target(Tenants.VICTIM, LOUD + "one"), List.of("check"), AN_HOUR);
            var first = ask(question);
            await().until(() -> first.get() != null);

            var second = ask(question);

            await().until(() -> second.get() != null);
            assertThat(second.get().said()).contains("of an earlier time still runs");
        }
    }

    @Test
    void anAnswerIsGivenOnceEvenIfItsReceiverFails() {
        var answers = new AtomicInteger();

        question(Tenants.VICTIM, "quick", AN_HOUR).ask(answer -> {
            answers.incrementAndGet();
            throw new IllegalStateException("a defect");
        });

        await().until(() -> answers.get() > 0);
        await().during(Duration.ofMillis(300)).until(() -> answers.get() == 1);
    }

    private Question question(OwnerId owner, String container, Duration timeout) {
        return probes.question(target(owner, container), List.of("check"), timeout);
    }

    private static Target target(OwnerId owner, String container) {
        return new Target(new ReplicaId(owner, 0, 1), container, "", Instant.EPOCH, false);
    }

    private static AtomicReference<Answer> ask(Question question) {
        var answer = new AtomicReference<Answer>();
        question.ask(answer::set);
        return answer;
    }

    private Reply answer(String path) {
        var parts = path.split("/");
        var name = parts[parts.length - 2];
        if (path.endsWith("/exec")) {
            return Reply.of(Reply.OK, "{\"Id\":\"" + name + "\"}");
        }
        if (path.endsWith("/start")) {
            began.add(name);
            if (name.startsWith(LOUD)) {
                return new Reply(Reply.OK, endless());
            }
            return name.startsWith(SLOW) ? new Reply(Reply.OK, silent()) : Reply.of(Reply.OK, "");
        }
        var silent = name.startsWith(SLOW) && outputs.stream().anyMatch(output -> output.open.getCount() > 0);
        var runs = silent || name.startsWith(LOUD);
        return Reply.of(Reply.OK, "{\"Running\":" + runs + ",\"Pid\":4711,\"ExitCode\":0}");
    }

    /** Frames of 64 KiB of stdout, as the engine sends them. It goes on until it ends the stream, read or not. */
    private InputStream endless() {
        var frame = ByteBuffer.allocate(FRAME_HEADER + FRAME)
                .put((byte) 1)
                .putInt(4, FRAME)
                .array();
        return new SequenceInputStream(new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return closing.getCount() > 0;
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream(frame);
            }
        });
    }

    private InputStream silent() {
        var output = new SilentOutput();
        outputs.add(output);
        return output;
    }

    /** The output of a command that prints nothing. */
    private static final class SilentOutput extends InputStream {
        private final CountDownLatch open = new CountDownLatch(1);

        @Override
        public int read() {
            try {
                open.await();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
            return -1;
        }

        @Override
        public void close() {
            open.countDown();
        }
    }
}
