package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Answer.Outcome;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.probe.Prober.Target;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.testing.engine.ScriptedEngine;
import dev.mayfly.testing.engine.ScriptedEngine.Reply;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine whose commands end at once, except those in containers named {@code slow-…}: they never do. */
class ExecProbesTest {
    private static final String SLOW = "slow-";
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private final Set<String> began = ConcurrentHashMap.newKeySet();
    private final Set<SilentOutput> outputs = ConcurrentHashMap.newKeySet();
    private final Engine engine = ScriptedEngine.of(this::answer);
    private final ExecProbes probes = new ExecProbes(() -> engine);

    @AfterEach
    void close() {
        probes.close();
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

        var second = ask(question);

        await().until(() -> second.get() != null);
        assertThat(second.get().said()).contains("of an earlier time still runs");
    }

    @Test
    void aCommandThatEndsAfterAWhileIsAnsweredByItsExitCode() {
        var answer = ask(question(Tenants.VICTIM, SLOW + "one", AN_HOUR));
        await().pollDelay(Duration.ofMillis(800)).until(() -> !outputs.isEmpty());
        assertThat(answer.get()).isNull();

        outputs.forEach(SilentOutput::close);

        await().until(() -> answer.get() != null);
        assertThat(answer.get()).isEqualTo(Answer.SUCCESS);
    }

    private Question question(OwnerId owner, String container, Duration timeout) {
        var target = new Target(new ReplicaId(owner, 0, 1), container, "", Instant.EPOCH, false);
        return probes.question(target, List.of("check"), timeout);
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
            return name.startsWith(SLOW) ? new Reply(Reply.OK, silent()) : Reply.of(Reply.OK, "");
        }
        var runs = name.startsWith(SLOW) && outputs.stream().anyMatch(output -> output.open.getCount() > 0);
        return Reply.of(Reply.OK, "{\"Running\":" + runs + ",\"ExitCode\":0}");
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
