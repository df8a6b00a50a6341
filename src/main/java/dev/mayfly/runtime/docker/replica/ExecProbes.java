package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Text;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Prober.Commands;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.probe.Prober.Target;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.Engine.Command;
import dev.mayfly.runtime.docker.engine.EngineWords;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs exec probes, a few at a time. The engine has no call that ends a command: a command that hangs keeps running,
 * and until it exits its probe fails without starting another one.
 */
public final class ExecProbes implements Commands, AutoCloseable {
    /** Each command costs the engine some 50 ms of CPU time: more at a time would slow down starts and removals. */
    private static final int AT_ONCE = 8;

    private static final int SHOWN = 100;
    /** Exit codes of a command that can't begin, and of one that SIGKILL ended: with its container, or by itself. */
    private static final Set<Integer> CUT_OFF = Set.of(126, 137);
    /** The engine learns of the exit of a command a little earlier than of the exit of its container. */
    private static final Duration CONTAINER_EXIT_DELAY = Duration.ofMillis(500);

    private final Supplier<Engine> engine;
    private final FairExecutor threads = new FairExecutor("probe-exec", AT_ONCE);

    public ExecProbes(Supplier<Engine> engine) {
        this.engine = engine;
    }

    @Override
    public Question question(Target target, List<String> command, Duration timeout) {
        return new ExecQuestion(target.id().owner(), target.container(), command, timeout);
    }

    /**
     * False also for a command that was created but never started because the engine did not answer: it never has an
     * exit code.
     */
    public static boolean runs(Engine engine, String exec) {
        return Boolean.TRUE.equals(engine.client().inspectExecCmd(exec).exec().isRunning());
    }

    @Override
    public void close() {
        threads.close();
    }

    private final class ExecQuestion implements Question {
        private final OwnerId owner;
        private final String container;
        private final List<String> command;
        private final Duration timeout;
        private final String what;
        /** Engine ID of a command that did not end in time and still runs; empty if there is none. */
        private String left = "";

        ExecQuestion(OwnerId owner, String container, List<String> command, Duration timeout) {
            this.owner = owner;
            this.container = container;
            this.command = command;
            this.timeout = timeout;
            var words = String.join(" ", command);
            what = "command '" + Text.shortened(words, SHOWN) + "'";
        }

        @Override
        public void ask(Consumer<Answer> then) {
            threads.execute(owner, () -> then.accept(answer()));
        }

        private Answer answer() {
            try {
                if (!left.isEmpty() && runs(engine.get(), left)) {
                    return Answer.late(what + " of an earlier time still runs");
                }
                left = "";
                return answer(engine.get().exec(container, command, timeout, Answer.MOST));
            } catch (ConflictException refused) {
                // A paused container fails its probe; the end of one that is not running is about to be reported.
                return EngineWords.of(refused).contains("is paused")
                        ? Answer.failure(what + " can't run: the container is paused")
                        : Answer.ended();
            } catch (NotFoundException gone) {
                left = "";
                return Answer.ended();
            } catch (DockerException refused) {
                return Answer.notRun("the engine refused: " + EngineWords.of(refused));
            } catch (RuntimeException silence) {
                return Answer.notRun("the engine did not answer: " + EngineWords.of(silence));
            }
        }

        private Answer answer(Command run) {
            if (run.exitCode().isEmpty()) {
                left = run.exec();
                return Answer.late("no answer within " + timeout.toSeconds() + " s from " + what);
            }
            var code = run.exitCode().getAsInt();
            if (code == 0) {
                return Answer.SUCCESS;
            }
            if (CUT_OFF.contains(code) && !engine.get().outlasts(container, CONTAINER_EXIT_DELAY)) {
                return Answer.ended();
            }
            var output = run.output().strip();
            return Answer.failure(what + " ended with exit code " + code + (output.isEmpty() ? "" : ": " + output));
        }
    }
}
