package dev.mayfly.runtime.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Prober.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PodExecsTest {
    /** More than may run at a time. */
    private static final int MANY = 300;

    private static final ReplicaId ID = new ReplicaId(new OwnerId("EphemeralWorkload", "shop", "web", "u"), 0, 1);

    /** The client throws what it does not document for a command without words, which stands for any defect. */
    @Test
    void aCommandThatADefectKeepsFromBeginningIsAnsweredAndLeavesItsPlace() throws Exception {
        try (var server = new FakePodServer();
                var execs = new PodExecs(new PodApi(server.client(), () -> true))) {
            var target = new Target(ID, "uid", "", Instant.EPOCH, false);
            var question = execs.question(target, Collections.singletonList(null), Duration.ofSeconds(10));

            for (var i = 0; i < MANY; i++) {
                var answered = new CompletableFuture<Answer>();
                question.ask(answered::complete);
                assertThat(answered.get(60, TimeUnit.SECONDS))
                        .isEqualTo(Answer.notRun("it could not be begun, as the operator's log explains"));
            }
        }
    }
}
