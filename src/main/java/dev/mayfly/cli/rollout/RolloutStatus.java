package dev.mayfly.cli.rollout;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.Timeouts;
import dev.mayfly.cli.rollout.RolloutView.State;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mayfly rollout status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Wait until a workload's rollout is done.",
        description = "Says what it waits for each time that this changes.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the rollout is done; with --watch=false also: it goes on",
            "1:it failed, or the time is over; the error output says what to do",
            "2:wrong command line"
        })
public final class RolloutStatus implements Callable<Integer> {
    private static final Duration FOR_EVER = Duration.ofDays(365);

    @Spec
    private CommandSpec spec;

    @Mixin
    private WorkloadOption named;

    @Option(
            names = {"-w", "--watch"},
            paramLabel = "BOOLEAN",
            arity = "0..1",
            defaultValue = "true",
            fallbackValue = "true",
            description = "false: say how far it is, and don't wait. Default: true.")
    private boolean watch;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = Timeouts.class,
            description = "How long to wait, such as 30s or 2m. Default: 0s, until it is done or has failed.")
    private Duration timeout;

    private String said = "";

    @Override
    public Integer call() {
        try (var client = named.connect()) {
            var view = RolloutView.of(named.require(client));
            if (watch && view.state() == State.GOES_ON) {
                view = end(client);
            }
            if (view.state() == State.FAILED) {
                Complaint.print(spec.commandLine(), Printable.of(view.sentence()));
                return Exit.FAILED;
            }
            say(view);
            return Exit.DONE;
        }
    }

    private RolloutView end(KubernetesClient client) {
        var time = timeout.isZero() ? FOR_EVER : timeout;
        try {
            return RolloutView.of(
                    named.at(client).waitUntilCondition(this::hasEnded, time.toMillis(), TimeUnit.MILLISECONDS));
        } catch (KubernetesClientTimeoutException late) {
            throw new Refusal("The rollout of " + named.name() + " was not done within " + timeout.toSeconds()
                    + " s: mayfly why " + named.name() + " says what holds it");
        }
    }

    private boolean hasEnded(EphemeralWorkload workload) {
        if (workload == null) {
            throw new Refusal(named.name() + " was deleted: mayfly record " + named.name() + " says what it left");
        }
        var view = RolloutView.of(workload);
        if (view.state() == State.GOES_ON) {
            say(view);
        }
        return view.state() != State.GOES_ON;
    }

    private void say(RolloutView view) {
        if (!said.equals(view.sentence())) {
            said = view.sentence();
            spec.commandLine().getOut().println(Printable.of(said));
            spec.commandLine().getOut().flush();
        }
    }
}
