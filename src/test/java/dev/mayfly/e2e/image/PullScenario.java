package dev.mayfly.e2e.image;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.RegistryProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An operator, a registry, and a way to it that can be bad. */
abstract class PullScenario extends OperatorScenario {
    protected static final String TEMPLATE = "image: %s\ncommand: [tail, -f, /dev/null]\n";

    @TempDir
    protected static Path directory;

    private final TreeSet<String> images = new TreeSet<>();
    protected Registry registry;
    protected RegistryProxy proxy;

    /** @param stallSeconds after which a pull without progress is abandoned */
    PullScenario(String name, int stallSeconds) {
        super(name, new OperatorProcess(name));
        operator.with("MAYFLY_IMAGES_PULL_STALL_SECONDS", Integer.toString(stallSeconds));
    }

    @BeforeAll
    protected void serve() throws IOException {
        registry = new Registry(directory).start();
        proxy = new RegistryProxy(registry.port());
    }

    @AfterAll
    protected void stopServing() throws IOException {
        proxy.close();
        registry.close();
        images.forEach(image -> Cli.tried("rmi", "-f", image));
    }

    /** In the registry, not on the engine, with a layer of its own of 3 MB. */
    protected String absent(String name) {
        var image = push(name);
        Cli.docker("rmi", "-f", image);
        Cli.pruneImages();
        return image;
    }

    protected String push(String name) {
        var image = noted(registry.repository("pulls/" + name) + ":1");
        Cli.image(
                image, "FROM busybox:1.36", "RUN : " + UUID.randomUUID() + "; head -c 3000000 /dev/urandom >/" + name);
        Cli.docker("push", "-q", image);
        return image;
    }

    /** The name of an image that is pulled through the proxy. */
    protected String through(String name) {
        return noted(proxy.repository("pulls/" + name) + ":1");
    }

    private String noted(String image) {
        images.add(image);
        return image;
    }
}
