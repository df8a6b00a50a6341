package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Text;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.fair.FairPlaces;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Prober.Commands;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.probe.Prober.Target;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Runs the commands of liveness and busy probes through the API server. A command that runs holds no thread. */
final class PodExecs implements Commands, AutoCloseable {
    /** Commands that begin at a time: each waits for the API server, and that for a kubelet. */
    private static final int AT_ONCE = 8;
    /** Commands that run at a time. Each is a connection through the API server. */
    private static final int RUNNING = 128;

    private static final int SHOWN = 100;

    private static final Logger LOG = Logger.getLogger(PodExecs.class);

    private final PodApi api;
    private final FairExecutor threads = new FairExecutor("pod-exec", AT_ONCE);
    private final FairPlaces places = new FairPlaces(RUNNING);

    PodExecs(PodApi api) {
        this.api = api;
    }

    @Override
    public Question question(Target target, List<String> command, Duration timeout) {
        var owner = target.id().owner();
        return then -> places.enter(
                owner,
                () -> execute(
                        owner,
                        () -> begin(target, command, timeout, answer -> {
                            places.leave(owner);
                            then.accept(answer);
                        })));
    }

    private void execute(OwnerId owner, Runnable task) {
        try {
            threads.execute(owner, task);
        } catch (RejectedExecutionException closed) {
            // nobody is answered any more, since the operator stops
        }
    }

    private void begin(Target target, List<String> command, Duration timeout, Consumer<Answer> then) {
        var output = new Beginning();
        ExecWatch run;
        try {
            run = api.resource(target.id())
                    .inContainer(PodMarks.container(target.id()))
                    .writingOutput(output)
                    .writingError(output)
                    .withReadyWaitTimeout(null) // else the client watches the Pod until it is ready
                    .exec(command.toArray(String[]::new));
        } catch (KubernetesClientException failed) {
            then.accept(
                    ApiAnswer.isGone(failed)
                            ? Answer.ended()
                            : Answer.notRun("the API server did not run it: " + ApiAnswer.words(failed)));
            return;
        } catch (RuntimeException
                | Error defect) { // else its place would be lost for good, and nobody would be answered
            LOG.errorf(defect, "A command of %s could not be begun", target.id().replica());
            then.accept(Answer.notRun("it could not be begun, as the operator's log explains"));
            return;
        }
        run.exitCode()
                .copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((code, late) -> {
                    run.close();
                    then.accept(answer(command, timeout, code, late, output));
                });
    }

    private static Answer answer(
            List<String> command, Duration timeout, Integer code, Throwable failed, Beginning output) {
        var what = "command '" + Text.shortened(String.join(" ", command), SHOWN) + "'";
        if (failed instanceof TimeoutException) {
            return Answer.late("no answer within " + timeout.toSeconds() + " s from " + what);
        }
        if (failed != null || code == null) {
            return Answer.ended(); // the connection broke: the container ended, or the kubelet does not answer
        }
        if (code == 0) {
            return Answer.SUCCESS;
        }
        var words = output.text();
        return Answer.failure(what + " ended with exit code " + code + (words.isEmpty() ? "" : ": " + words));
    }

    @Override
    public void close() {
        threads.close();
    }

    /** The beginning of what a command prints; the rest is dropped. Written by the client's threads. */
    private static final class Beginning extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int one) {
            if (kept.size() < Answer.MOST) {
                kept.write(one);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            kept.write(bytes, offset, Math.min(length, Answer.MOST - kept.size()));
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8).strip();
        }
    }
}
