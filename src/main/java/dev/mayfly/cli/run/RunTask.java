package dev.mayfly.cli.run;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ResourceOption;
import dev.mayfly.cli.Terminal;
import dev.mayfly.cli.Timeouts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Run a command once, in a container of its own, as docker run does.",
        description = {
            "Makes an EphemeralTask of one completion, prints its output, and ends with its exit code. With -it a terminal is"
                    + " attached. A command that fails is not run again.",
            "The output comes through the task's Pod, so the operator's virtual node must be on (mayfly.node.enabled)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mayfly run --rm busybox:1.36 -- date",
            "  mayfly run --rm -it busybox:1.36 -- sh",
            "  mayfly run --rm -i -e LANG -v data:/data:ro busybox:1.36 -- wc -c < file"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the command ended well",
            "1:the task could not be made or run; the error output says what to do",
            "2:wrong command line",
            "other:that of the command"
        })
public final class RunTask implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "The image.")
    private String image;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "In place of the image's CMD, with its own options. Those of mayfly go before IMAGE.")
    private List<String> command = List.of();

    @Option(
            names = {"-i", "--stdin"},
            description = "Send this program's input to the command.")
    private boolean stdin;

    @Option(
            names = {"-t", "--tty"},
            description = "Give the command a terminal.")
    private boolean tty;

    @Option(names = "--rm", description = "Delete the task when the command has ended.")
    private boolean remove;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the task. Default: made of the image's name.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "A variable of the command; without a value that of this shell. May be repeated.")
    private List<String> env = List.of();

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "CLAIM:PATH[:ro]",
            description = "Mount a PersistentVolumeClaim of the namespace. May be repeated.")
    private List<String> volumes = List.of();

    @Option(
            names = "--pod-running-timeout",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = Timeouts.class,
            description = "How long to wait until the command runs, such as 30s or 5m. Default: 1m.")
    private Duration timeout;

    @Mixin
    private ResourceOption resource;

    @Override
    public Integer call() {
        if (tty && !Terminal.isInput()) {
            Complaint.print(spec.commandLine(), "The input is no terminal, so the command gets none: leave out -t");
            tty = false;
        }
        try (var client = resource.connect()) {
            var task = create(client);
            var made = client.resource(task);
            var delete = new Thread(() -> delete(made), "delete-task");
            if (remove) {
                Runtime.getRuntime().addShutdownHook(delete); // also where somebody interrupts it
            }
            try {
                return run(client, task);
            } finally {
                if (remove) {
                    Runtime.getRuntime().removeShutdownHook(delete);
                    delete(made);
                }
            }
        }
    }

    private EphemeralTask create(KubernetesClient client) {
        var draft = new TaskDraft(
                name.orElseGet(() ->
                        TaskDraft.nameOf(image, ThreadLocalRandom.current().nextInt())),
                image,
                command.stream().findFirst().filter("--"::equals).isPresent()
                        ? command.subList(1, command.size())
                        : command,
                env,
                volumes,
                stdin,
                tty);
        var manifest = draft.resource(resource.namespace(client), System.getenv());
        var task = client.getKubernetesSerialization().convertValue(manifest, EphemeralTask.class);
        return client.resource(task).create();
    }

    private static void delete(Resource<EphemeralTask> task) {
        task.delete();
    }

    private int run(KubernetesClient client, EphemeralTask task) {
        var metadata = task.getMetadata();
        PodResource pods = client.pods().inNamespace(metadata.getNamespace()).withName(metadata.getName() + "-0");
        CompletableFuture<List<Pod>> started =
                pods.informOnCondition(found -> found.stream().anyMatch(TaskEnd::isStarted));
        CompletableFuture<List<EphemeralTask>> ended = client.resource(task)
                .informOnCondition(found -> found.isEmpty() || found.stream().anyMatch(TaskEnd::hasEnded));
        try {
            await(CompletableFuture.anyOf(started, ended), task);
            if (started.isDone()) {
                stream(pods, started.join().getFirst(), ended);
            }
            return end(ended.get(), started.isDone());
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        } finally {
            started.cancel(true);
            ended.cancel(true);
        }
    }

    private void await(CompletableFuture<?> begun, EphemeralTask task) throws ExecutionException, InterruptedException {
        try {
            begun.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            var name = task.getMetadata().getName();
            throw new Refusal(
                    "Pod " + name + "-0 does not run after " + timeout.toSeconds() + " s: mayfly why task/" + name
                            + " says what holds it. If the task runs without a Pod, the operator's virtual node is off"
                            + " (mayfly.node.enabled)");
        }
    }

    /** A connection that breaks changes nothing about the task, whose end is waited for. */
    private void stream(PodResource pods, Pod pod, CompletableFuture<?> ended) {
        var attachment = new Attachment(pods);
        try {
            if (stdin && !TaskEnd.isOver(pod)) {
                if (tty) {
                    spec.commandLine().getErr().println("If there is no prompt, press Enter.");
                }
                attachment.attach(tty, ended);
            } else {
                attachment.follow();
            }
        } catch (IOException | KubernetesClientException broken) {
            Complaint.print(
                    spec.commandLine(),
                    "The connection with the command ended (" + Printable.of(String.valueOf(broken.getMessage()))
                            + "): kubectl logs " + pod.getMetadata().getName() + " -n "
                            + pod.getMetadata().getNamespace() + " has its output");
        }
    }

    private int end(List<EphemeralTask> found, boolean shown) {
        if (found.isEmpty()) {
            throw new Refusal("The task was deleted before the command ended");
        }
        var task = found.getFirst();
        if (!shown) {
            TaskEnd.result(task)
                    .map(result -> result.message())
                    .ifPresent(message -> message.lines()
                            .forEach(line -> spec.commandLine().getOut().println(Printable.of(line))));
            Complaint.print(
                    spec.commandLine(),
                    "The command ended without a Pod, so this is the end of its output as the task's status has it");
        }
        if (TaskEnd.result(task).isEmpty()) {
            TaskEnd.failure(task)
                    .ifPresent(failure ->
                            Complaint.print(spec.commandLine(), Printable.of(String.valueOf(failure.getMessage()))));
        }
        return TaskEnd.exitCode(task);
    }
}
