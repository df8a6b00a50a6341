package dev.mayfly.e2e.task;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** One operator and one namespace for the stories of a class that are about tasks. */
public abstract class TaskScenario extends OperatorScenario {
    /** For a shell with {@link #shared} mounted. */
    protected static final String RAN = "echo $MAYFLY_INDEX >>/shared/ran\n";

    public final Tasks tasks = Tasks.beside(workloads);
    protected final Kubectl kubectl = Kubectl.in(workloads.namespace());

    public TaskScenario(String name) {
        super(name);
    }

    public TaskScenario(String name, OperatorProcess operator) {
        super(name, operator);
    }

    @AfterAll
    protected void leaveNoTask() {
        tasks.close();
    }

    /** YAML for spec.template: a directory that this task's attempts share with each other and with the test, at /shared. */
    protected String shared(String name) {
        return """
                volumes: [{name: shared, hostPath: {path: %s, type: DirectoryOrCreate}}]
                volumeMounts: [{name: shared, mountPath: /shared}]
                """.formatted(directory(name));
    }

    protected Path directory(String name) {
        return prefix().resolve(name);
    }

    /** Lines that attempts appended to a file of the directory that they share. */
    protected List<String> lines(String name, String file) {
        var path = directory(name).resolve(file);
        try {
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a file in the directory that the task's attempts share. */
    protected void touch(String name, String file) throws IOException {
        Files.createDirectories(directory(name));
        Files.writeString(directory(name).resolve(file), "");
    }

    protected static String logs(Container container) {
        return Cli.docker("logs", container.getId());
    }

    protected void taskGone(String name) {
        tasks.delete(name);
        tasks.awaitGone(name);
    }
}
