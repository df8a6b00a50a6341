package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Text;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.fair.FairPlaces;
import dev.mayfly.host.Host;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Prober.Commands;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.probe.Prober.Target;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.engine.RunningCommand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs exec probes. A few begin at a time; one that has begun and takes longer than others holds no thread, so that it
 * delays nobody's. The engine has no call that ends a command: one that hangs, or prints without end, is killed from the
 * host, and where that is impossible its probe fails without starting another one until it exits.
 */
public final class ExecProbes implements Commands, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ExecProbes.class);
    /** Each command costs the engine some 50 ms of CPU time: more at a time would slow down starts and removals. */
    private static final int AT_ONCE = 8;
    /** A command that takes longer waits for something, and costs the engine nothing meanwhile. */
    private static final Duration BEGINNING = Duration.ofMillis(500);
    /** Commands that run at a time. Each holds a connection to the engine, of which there are twice as many. */
    private static final int RUNNING = 256;

    private static final int SHOWN = 100;
    /** Exit codes of a command that can't begin, and of one that SIGKILL ended: with its container, or by itself. */
    private static final Set<Integer> CUT_OFF = Set.of(126, 137);
    /** The engine learns of the exit of a command a little earlier than of the exit of its container. */
    private static final Duration CONTAINER_EXIT_DELAY = Duration.ofMillis(500);

    private final Supplier<Engine> engine;
    private final Optional<Host> host;
    private final FairExecutor threads = new FairExecutor("probe-exec", AT_ONCE);
    private final FairPlaces places = new FairPlaces(RUNNING);

    /** @param host the engine's machine; empty if the operator can't end a command there */
    public ExecProbes(Supplier<Engine> engine, Optional<Host> host) {
        this.engine = engine;
        this.host = host;
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
        /** Engine ID of a command that did not end by itself and may still run; empty if there is none. */
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
            places.enter(
                    owner,
                    () -> execute(() -> begin(answer -> {
                        places.leave(owner);
                        then.accept(answer);
                    })));
        }

        private void execute(Runnable task) {
            try {
                threads.execute(owner, task);
            } catch (RejectedExecutionException closed) {
                LOG.debugf("%s is not answered, since the operator stops", what);
            }
        }

        /** Answers at once if the command is quick, and otherwise when it has ended or its time is over. */
        private void begin(Consumer<Answer> then) {
            Optional<Answer> atOnce;
            try {
                atOnce = begun(then);
            } catch (RuntimeException failed) {
                atOnce = Optional.of(failure(failed));
            }
            atOnce.ifPresent(then);
        }

        /** @return empty if the answer comes later */
        private Optional<Answer> begun(Consumer<Answer> then) {
            if (!left.isEmpty() && runs(engine.get(), left)) {
                return Optional.of(Answer.late(what + " of an earlier time still runs"));
            }
            left = "";
            var run = engine.get().begin(container, command, Answer.MOST);
            var soon = timeout.compareTo(BEGINNING) < 0 ? timeout : BEGINNING;
            if (run.endsWithin(soon) || soon.equals(timeout)) {
                return Optional.of(answer(run));
            }
            run.whenOver(timeout.minus(soon), () -> execute(() -> then.accept(answer(run))));
            return Optional.empty();
        }

        private Answer answer(RunningCommand run) {
            try (run) {
                var exitCode = run.hasEnded() ? engine.get().exitCode(run.id()) : OptionalInt.empty();
                if (exitCode.isPresent()) {
                    return answer(exitCode.getAsInt(), run.output().strip());
                }
                end(run.id());
                return run.isCutOff()
                        ? Answer.failure(what + " printed more than 1 MiB: have it print less")
                        : Answer.late("no answer within " + timeout.toSeconds() + " s from " + what);
            } catch (RuntimeException failed) {
                return failure(failed);
            }
        }

        /** Kills a command if that is possible. It takes a moment to end. */
        private void end(String exec) {
            left = exec;
            try {
                host.ifPresent(
                        machine -> engine.get().process(exec).ifPresent(process -> machine.kill(container, process)));
            } catch (RuntimeException failed) {
                LOG.debugf("%s in %s could not be ended: %s", what, container, EngineWords.of(failed));
            }
        }

        private Answer answer(int code, String output) {
            if (code == 0) {
                return Answer.SUCCESS;
            }
            if (CUT_OFF.contains(code) && !engine.get().outlasts(container, CONTAINER_EXIT_DELAY)) {
                return Answer.ended();
            }
            return Answer.failure(what + " ended with exit code " + code + (output.isEmpty() ? "" : ": " + output));
        }

        private Answer failure(RuntimeException failed) {
            return switch (failed) {
                // A paused container fails its probe; the end of one that is not running is about to be reported.
                case ConflictException refused
                when EngineWords.of(refused).contains("is paused") ->
                    Answer.failure(what + " can't run: the container is paused");
                case ConflictException refused -> Answer.ended();
                case NotFoundException gone -> {
                    left = "";
                    yield Answer.ended();
                }
                case DockerException refused -> Answer.notRun("the engine refused: " + EngineWords.of(refused));
                default -> Answer.notRun("the engine did not answer: " + EngineWords.of(failed));
            };
        }
    }
}
