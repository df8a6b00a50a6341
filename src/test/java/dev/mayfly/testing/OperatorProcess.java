package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The packaged operator as a real process, which can be stopped, killed and started again. It has an installation name and a
 * Lease of its own, so containers of other operators on the same engine and API server are none of its business.
 */
public final class OperatorProcess implements AutoCloseable {
    private static final Path OPTIONS = Path.of("deploy/operator.jvmopts");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private static final Set<String> NAMES = ConcurrentHashMap.newKeySet();

    /** Null until a class asks for it. */
    private static OperatorProcess ofLane;

    /** A sweep costs a cold JVM a third of a second of CPU time; stories that wait for one say so. */
    private static final String SWEEP_INTERVAL = "15s";

    private final String name;
    private final KubernetesClient client;
    private final Map<String, String> environment = new HashMap<>();
    private final Path log;
    private final Path credentials;
    private final String account;
    private final ClusterId cluster;
    private final Set<String> options = new LinkedHashSet<>();
    private Process process;
    private int port;

    /** @param name of this installation, also of its log: target/operator-logs/NAME.log */
    public OperatorProcess(String name) {
        this(name, Cluster.client(), Cluster.kubeconfig());
    }

    /** @param kubeconfig of an administrator: the operator gets an account with its own rights ({@link OperatorAccount}) */
    public OperatorProcess(String name, KubernetesClient client, String kubeconfig) {
        this.name = name;
        this.client = client;
        this.log = Path.of("target/operator-logs", name + ".log");
        this.cluster = ClusterId.of(client, name);
        this.credentials = Path.of("target/operator-logs", name + ".kubeconfig");
        this.account = OperatorAccount.kubeconfig(client, kubeconfig, name);
        try {
            Files.createDirectories(log.getParent());
            if (NAMES.add(name)) {
                Files.deleteIfExists(log); // of an earlier run; in this one all of that name go into one file
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (Files.exists(OPTIONS)) {
            options.add("@" + OPTIONS);
        }
        with("KUBECONFIG", credentials.toAbsolutePath().toString());
        with("MAYFLY_INSTALLATION", name);
        with("MAYFLY_LEASE_NAME", name);
        with("MAYFLY_SWEEP_INTERVAL", SWEEP_INTERVAL);
        with("MAYFLY_CREATION_GRACE", "1s");
        with("MAYFLY_NODE_ENABLED", "false");
    }

    /**
     * The operator of this lane, for stories that need no settings. It runs on from class to class, since a start costs 3 to 5 s of CPU
     * time and what it does first is slow. Both would serve all resources, so it ends when another one of this lane starts.
     */
    public static synchronized OperatorProcess ofLane() {
        if (ofLane == null) {
            ofLane = new OperatorProcess(Lane.name());
            Runtime.getRuntime().addShutdownHook(new Thread(ofLane.cluster::eraseData));
        }
        return ofLane;
    }

    /** True for {@link #ofLane}, which other classes go on using. */
    public boolean isOfLane() {
        synchronized (OperatorProcess.class) {
            return this == ofLane;
        }
    }

    /** If there is one: a bench has an API server of its own, and starts none of a lane. */
    private static synchronized void stopOfLane() {
        if (ofLane != null && ofLane.isAlive()) {
            ofLane.stop();
        }
    }

    /** The ID in the labels of its resources. */
    public String cluster() {
        return cluster.id();
    }

    /** The directory of the data that must outlive it. */
    public Path data() {
        return Path.of("/var/lib/mayfly", cluster.id());
    }

    /** Sets an environment variable, such as {@code DOCKER_HOST} or {@code MAYFLY_…}, for the next start. */
    public OperatorProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** With a virtual node, {@link #node}, at a free port. Classes about other things go without one, as it costs CPU time. */
    public OperatorProcess withNode() {
        return with("MAYFLY_NODE_ENABLED", "true")
                .with("MAYFLY_NODE_PORT", "0")
                .with("MAYFLY_NODE_REGISTERED_NAME", node());
    }

    /** Name of its virtual node, which no other operator's on this API server has. */
    public String node() {
        return "node-of-" + name;
    }

    /** With the JDK's defaults instead of the operator's own JVM options. */
    public OperatorProcess withoutJvmOptions() {
        options.clear();
        return this;
    }

    /** For the next start. */
    public OperatorProcess withJvmOption(String option) {
        options.add(option);
        return this;
    }

    public OperatorProcess withoutJvmOption(String option) {
        options.remove(option);
        return this;
    }

    /** Starts it and waits until it is ready. @return the time that took */
    public Duration start() {
        var begin = System.nanoTime();
        launch();
        awaitReady();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Starts it unless it runs. */
    public void ensureRunning() {
        if (!isAlive()) {
            start();
        }
    }

    /** Starts it and does not wait. */
    public void launch() {
        if (!isOfLane()) {
            stopOfLane();
        }
        port = Lane.freePort();
        var builder = new ProcessBuilder(PackagedOperator.command(List.copyOf(options)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(OperatorProcess::isSetting);
        builder.environment().putAll(environment);
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        try {
            Files.writeString(credentials, account); // one of this name on another cluster may have had others
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process.onExit().thenAccept(ended -> note("operator ended with exit code " + ended.exitValue()));
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** True for a variable that would configure the operator: the caller's are not meant for it. */
    private static boolean isSetting(String variable) {
        return variable.startsWith("MAYFLY_") || variable.startsWith("QUARKUS_");
    }

    /** Fails with the end of the log where it ends or does not become ready in time. */
    public void awaitReady() {
        try {
            await("operator " + name + " is ready")
                    .pollInterval(Duration.ofMillis(50))
                    .failFast(() -> !process.isAlive())
                    .until(() -> status("/q/health/ready") == 200);
        } catch (RuntimeException notReady) {
            throw new AssertionError("Operator " + name + " is not ready; its log ends:\n" + logTail(), notReady);
        }
    }

    /** HTTP status of one of its own pages; 0 without an answer. */
    public int status(String page) {
        return answer(page).map(HttpResponse::statusCode).orElse(0);
    }

    /** The body of one of its own pages, whatever the HTTP status; fails without an answer. */
    public String page(String page) {
        return answer(page)
                .map(HttpResponse::body)
                .orElseThrow(() -> new AssertionError("no answer of " + name + " to " + page));
    }

    /** The answer of one of its own pages; empty: it ends, has not begun, or takes longer than 10 s. */
    public Optional<HttpResponse<String>> answer(String page) {
        try {
            return Optional.of(HTTP.send(request(page), BodyHandlers.ofString()));
        } catch (IOException unreachable) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest request(String page) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + page))
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Of its own pages, on the loopback address. */
    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** As {@code kill -9}. */
    public void kill9() {
        process.destroyForcibly().onExit().join();
    }

    /** As {@code kill}: it ends in its own time, within a minute. @return its exit code */
    public int stop() {
        return stop(Duration.ofMinutes(1));
    }

    /** As {@link #stop()}, with that much time to end. */
    public int stop(Duration atMost) {
        process.destroy();
        try {
            return process.onExit()
                    .orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                    .join()
                    .exitValue();
        } catch (CompletionException late) {
            kill9();
            throw new AssertionError(
                    "the operator did not end within " + atMost + " of SIGTERM; its log ends with\n" + logTail(), late);
        }
    }

    private void note(String line) {
        try {
            Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String logTail() {
        var lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    @Override
    public void close() {
        if (isAlive()) {
            stop();
        }
        if (environment.get("MAYFLY_NODE_ENABLED").equals("true")) {
            client.nodes().withName(node()).delete(); // an operator that ends leaves it, for the next one
        }
        cluster.eraseData();
    }
}
