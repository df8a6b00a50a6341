package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.core.model.Text;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Prober.Commands;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.probe.Prober.Target;
import dev.mayfly.runtime.docker.engine.Command;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Probes that run a command in the container, a few at one time. The engine has no call that ends a command: one that hangs is
 * left behind, and until it has ended its probe fails without another one being started.
 */
public final class ExecProbes implements Commands, AutoCloseable {
    /** Each costs the engine some 50 ms of a core: more at once would take it from starts and removals. */
    private static final int AT_ONCE = 8;

    private static final int SHOWN = 100;
    /** Exit codes of a command that can't begin, and of one that SIGKILL ended: with its container, or by itself. */
    private static final Set<Integer> CUT_OFF = Set.of(126, 137);

    private final Supplier<Engine> engine;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().daemon().name("probe-exec-", 0).factory());

    public ExecProbes(Supplier<Engine> engine) {
        this.engine = engine;
    }

    @Override
    public Question question(Target target, List<String> command, Duration timeout) {
        return new ExecQuestion(target.container(), command, timeout);
    }

    /** Runs something that asks the engine, beside the commands. */
    void execute(Runnable task) {
        threads.execute(task);
    }

    /** False also for one that was made and never began, because the engine fell silent in between: it never has an exit code. */
    public static boolean runs(Engine engine, String exec) {
        return Boolean.TRUE.equals(engine.client().inspectExecCmd(exec).exec().isRunning());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private final class ExecQuestion implements Question {
        private final String container;
        private final List<String> command;
        private final Duration timeout;
        private final String what;
        /** The engine's id of one that did not end in time; empty where none is left behind. */
        private String left = "";

        ExecQuestion(String container, List<String> command, Duration timeout) {
            this.container = container;
            this.command = command;
            this.timeout = timeout;
            var words = String.join(" ", command);
            what = "command '" + Text.shortened(words, SHOWN) + "'";
        }

        @Override
        public void ask(Consumer<Answer> then) {
            threads.execute(() -> then.accept(answer()));
        }

        private Answer answer() {
            try {
                if (!left.isEmpty() && runs(engine.get(), left)) {
                    return Answer.late(what + " of an earlier time still runs");
                }
                left = "";
                return told(engine.get().exec(container, command, timeout, Answer.MOST));
            } catch (ConflictException refused) {
                // A paused replica answers nobody; one that has ended is about to be known as such.
                return EngineWords.of(refused).contains("is paused")
                        ? Answer.failure(what + " can't run: the container is paused")
                        : Answer.ended();
            } catch (NotFoundException gone) {
                left = "";
                return Answer.ended();
            } catch (DockerException refused) {
                return Answer.unasked("the engine refused: " + EngineWords.of(refused));
            } catch (RuntimeException silence) {
                return Answer.unasked("the engine did not answer: " + EngineWords.of(silence));
            }
        }

        private Answer told(Command run) {
            if (run.exitCode().isEmpty()) {
                left = run.exec();
                return Answer.late("no answer within " + timeout.toSeconds() + " s from " + what);
            }
            var code = run.exitCode().getAsInt();
            if (code == 0) {
                return Answer.SUCCESS;
            }
            if (CUT_OFF.contains(code) && !containerRuns()) {
                return Answer.ended();
            }
            var output = run.output().strip();
            return Answer.failure(what + " ended with exit code " + code + (output.isEmpty() ? "" : ": " + output));
        }

        private boolean containerRuns() {
            return engine.get()
                    .container(container)
                    .filter(there -> Boolean.TRUE.equals(there.getState().getRunning()))
                    .isPresent();
        }
    }
}
