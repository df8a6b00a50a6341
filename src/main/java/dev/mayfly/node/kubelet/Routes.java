package dev.mayfly.node.kubelet;

import dev.mayfly.core.model.Text;
import dev.mayfly.fair.FairPlaces;
import dev.mayfly.node.PodDirectory;
import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.node.kubelet.Reviews.User;
import dev.mayfly.node.kubelet.WebSocketSession.Opening;
import dev.mayfly.runtime.ContainerAccess.AttachRequest;
import dev.mayfly.runtime.ContainerAccess.ContainerProcess;
import dev.mayfly.runtime.ContainerAccess.ExecRequest;
import dev.mayfly.runtime.ContainerAccess.NoContainer;
import dev.mayfly.runtime.ContainerAccess.Refused;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;

/** Routes requests, once it is known who sent them and that they may. */
final class Routes {
    private static final Logger LOG = Logger.getLogger(Routes.class);
    private static final int LONGEST_SENTENCE = 1000;
    private static final String METRICS_PATH = "/metrics";
    private static final List<String> OWN_METRICS = List.of("metrics");
    private static final Set<HttpMethod> READ = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final Set<HttpMethod> STREAM = Set.of(HttpMethod.GET, HttpMethod.POST);

    private final PodDirectory pods;
    private final Reviews reviews;
    private final Authentication authentication;
    private final Usages usages;
    private final Supplier<String> metrics;
    private final Admissions admissions;
    private final FairPlaces places;
    private final Limits limits;

    Routes(
            PodDirectory pods,
            Reviews reviews,
            Usages usages,
            Supplier<String> metrics,
            Admissions admissions,
            Limits limits) {
        this.pods = pods;
        this.reviews = reviews;
        this.authentication = new Authentication(reviews);
        this.usages = usages;
        this.metrics = metrics;
        this.admissions = admissions;
        this.places = new FairPlaces(limits.places());
        this.limits = limits;
    }

    /** Answers the request, on a thread that may block. Whoever is not let in gets no second request on the connection. */
    void serve(Exchange exchange, SSLSession tls) {
        try {
            identify(exchange, tls);
        } catch (RequestRefused e) {
            exchange.isLast();
            refuse(exchange, e.status(), e.getMessage());
            return;
        }
        serve(exchange);
    }

    private void serve(Exchange exchange) {
        try {
            route(exchange, new Parameters(exchange.request().uri()));
        } catch (RequestRefused e) {
            refuse(exchange, e.status(), e.getMessage());
        } catch (NoContainer e) {
            refuse(exchange, HttpResponseStatus.NOT_FOUND, e.getMessage());
        } catch (Refused e) {
            refuse(exchange, HttpResponseStatus.BAD_REQUEST, e.getMessage());
        } catch (IOException e) {
            LOG.debugf(e, "a request failed");
            refuse(exchange, HttpResponseStatus.BAD_GATEWAY, "the engine did not answer: " + e.getMessage());
        } catch (RuntimeException e) {
            refuse(exchange, HttpResponseStatus.INTERNAL_SERVER_ERROR, "the request failed: see the operator's log");
            throw e;
        }
    }

    private static void refuse(Exchange exchange, HttpResponseStatus status, String sentence) {
        if (exchange.begun()) {
            exchange.abort();
        } else {
            exchange.answer(status, Exchange.TEXT, Text.shortened(sentence, LONGEST_SENTENCE) + "\n");
        }
    }

    private void identify(Exchange exchange, SSLSession tls) throws RequestRefused {
        try {
            admit(exchange, tls);
        } catch (RuntimeException e) {
            LOG.debugf(e, "a request is refused, because nobody says whose it is");
            throw new RequestRefused(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "the API server did not say whether the request is allowed: send it again");
        }
    }

    private void admit(Exchange exchange, SSLSession tls) throws RequestRefused {
        authorize(exchange, tls);
        if (!admissions.admit(exchange.connection())) {
            throw new RequestRefused(
                    HttpResponseStatus.TOO_MANY_REQUESTS,
                    "this node serves " + limits.connections() + " connections at a time: try again later");
        }
    }

    /** Throws unless the request's sender is known and may send it. */
    private void authorize(Exchange exchange, SSLSession tls) throws RequestRefused {
        var request = exchange.request();
        var user = authentication
                .user(tls, request.headers().get(HttpHeaderNames.AUTHORIZATION))
                .orElseThrow(() -> new RequestRefused(
                        HttpResponseStatus.UNAUTHORIZED,
                        "Unauthorized: neither a client certificate nor a bearer token that the cluster knows"));
        var path = path(request.uri());
        if (path.equals(OWN_METRICS)) {
            authorizeMetrics(user, Authentication.verb(request.method()));
            return;
        }
        var permission = Authentication.permission(request.method(), path.getFirst());
        for (var subresource : permission.subresources()) {
            if (reviews.allowed(user, permission.verb(), subresource)) {
                return;
            }
        }
        throw new RequestRefused(
                HttpResponseStatus.FORBIDDEN,
                "Forbidden (user=" + user.name() + ", verb=" + permission.verb() + ", resource=nodes, subresource="
                        + permission.subresources().getLast() + ")");
    }

    /** As Prometheus' users are authorized for any component of Kubernetes. */
    private void authorizeMetrics(User user, String verb) throws RequestRefused {
        if (!reviews.allowedPath(user, verb, METRICS_PATH)) {
            throw new RequestRefused(
                    HttpResponseStatus.FORBIDDEN,
                    "Forbidden (user=" + user.name() + ", verb=" + verb + ", path=" + METRICS_PATH + ")");
        }
    }

    /** The path's parts; one empty part if the address can't be read, which is said to those who may send requests. */
    private static List<String> path(String uri) {
        try {
            return new Parameters(uri).path();
        } catch (RequestRefused e) {
            return List.of("");
        }
    }

    private void route(Exchange exchange, Parameters parameters) throws RequestRefused, IOException {
        var path = parameters.path();
        switch (path.getFirst()) {
            case "healthz" -> {
                read(exchange, path, 1);
                exchange.answer(HttpResponseStatus.OK, Exchange.TEXT, "ok");
            }
            case "metrics" -> {
                if (path.equals(OWN_METRICS)) {
                    read(exchange, path, 1);
                    exchange.answer(HttpResponseStatus.OK, MetricsText.TYPE, metrics.get());
                    return;
                }
                read(exchange, path, 2);
                named(path, "resource");
                exchange.answer(HttpResponseStatus.OK, MetricsText.TYPE, MetricsText.of(usages.sample()));
            }
            case "stats" -> {
                read(exchange, path, 2);
                named(path, "summary");
                exchange.answer(HttpResponseStatus.OK, "application/json", usages.summary());
            }
            case "containerLogs" -> {
                read(exchange, path, 4);
                var pod = container(path, path.get(3));
                inPlace(pod, () -> ContainerLogs.serve(exchange, pod, parameters));
            }
            case "exec" -> exec(exchange, stream(exchange, path, 4), parameters);
            case "attach" -> attach(exchange, stream(exchange, path, 4), parameters);
            case "portForward" -> forward(exchange, stream(exchange, path, 3), parameters);
            default -> throw unknown();
        }
    }

    private static RequestRefused unknown() {
        return RequestRefused.notFound("this node has no such address");
    }

    private static void named(List<String> path, String second) throws RequestRefused {
        if (!path.get(1).equals(second)) {
            throw unknown();
        }
    }

    private static void read(Exchange exchange, List<String> path, int parts) throws RequestRefused {
        if (path.size() != parts) {
            throw unknown();
        }
        method(exchange, READ);
    }

    private static void method(Exchange exchange, Set<HttpMethod> methods) throws RequestRefused {
        if (!methods.contains(exchange.request().method())) {
            throw new RequestRefused(
                    HttpResponseStatus.METHOD_NOT_ALLOWED,
                    "send " + methods.stream().map(HttpMethod::name).sorted().toList());
        }
    }

    /** The Pod whose container has streams. @param parts of the path without a UID, which may stand after the Pod's name */
    private PodReplica stream(Exchange exchange, List<String> path, int parts) throws RequestRefused {
        if (path.size() != parts && path.size() != parts + 1) {
            throw unknown();
        }
        method(exchange, STREAM);
        var pod = parts == 4 ? container(path, path.getLast()) : pod(path);
        if (path.size() > parts && !path.get(3).equals(pod.uid())) {
            throw RequestRefused.notFound("pod \"" + pod.pod() + "\" has another UID: it was replaced");
        }
        if (pod.access().containerId(pod.current()).isEmpty()) {
            throw RequestRefused.notFound(
                    "pod \"" + pod.pod() + "\" has no container: it has not started yet, or was removed");
        }
        return pod;
    }

    private PodReplica pod(List<String> path) throws RequestRefused {
        return pods.find(path.get(1), path.get(2))
                .orElseThrow(() -> RequestRefused.notFound("pod \"" + path.get(2) + "\" is not on this node"));
    }

    private PodReplica container(List<String> path, String container) throws RequestRefused {
        var pod = pod(path);
        if (!pod.container().equals(container)) {
            throw RequestRefused.notFound("container \"" + container + "\" is not in pod \"" + pod.pod()
                    + "\", whose only one is \"" + pod.container() + "\"");
        }
        return pod;
    }

    private void exec(Exchange exchange, PodReplica pod, Parameters parameters) throws RequestRefused, IOException {
        var asked = options(parameters);
        var command = parameters.all("command");
        if (command.isEmpty()) {
            throw RequestRefused.bad("you must specify a command");
        }
        var request = new ExecRequest(command, asked.stdin(), asked.stdout(), asked.stderr(), asked.tty());
        command(exchange, pod, asked, new RemoteCommand.Starter() {
            @Override
            public ContainerProcess start(CompletableFuture<Void> left) throws IOException {
                return pod.access().exec(pod.current(), request, left);
            }

            @Override
            public CommandStatus status(ContainerProcess process) throws IOException {
                return CommandStatus.exited(process.exitCode());
            }
        });
    }

    private void attach(Exchange exchange, PodReplica pod, Parameters parameters) throws RequestRefused, IOException {
        var asked = options(parameters);
        // a terminal's output is one stream, whatever the client knows of it
        var request = new AttachRequest(asked.stdin(), asked.stdout(), asked.stderr());
        command(exchange, pod, asked, new RemoteCommand.Starter() {
            @Override
            public ContainerProcess start(CompletableFuture<Void> left) throws IOException {
                return pod.access().attach(pod.current(), request, left);
            }

            @Override
            public CommandStatus status(ContainerProcess process) {
                return CommandStatus.exited(0);
            }
        });
    }

    private static RemoteCommand.Options options(Parameters parameters) throws RequestRefused {
        var tty = parameters.flag("tty");
        var options = new RemoteCommand.Options(
                parameters.flag("input"), parameters.flag("output"), parameters.flag("error") && !tty, tty);
        if (!options.stdin() && !options.stdout() && !options.stderr()) {
            throw RequestRefused.bad("you must specify at least 1 of stdin, stdout, stderr");
        }
        return options;
    }

    private void command(
            Exchange exchange, PodReplica pod, RemoteCommand.Options options, RemoteCommand.Starter starter)
            throws RequestRefused, IOException {
        var upgrade = Upgrade.of(exchange, RemoteCommand.PROTOCOL, RemoteCommand.WEB_SOCKET_PROTOCOLS);
        var command = new RemoteCommand(options, starter, upgrade.protocol());
        inPlace(pod, () -> {
            var session = new CompletableFuture<StreamSession>();
            upgrade.start(limits, session::complete, command::accept, command.openings());
            command.serve(begun(session), limits.creation());
        });
    }

    private void forward(Exchange exchange, PodReplica pod, Parameters parameters) throws RequestRefused, IOException {
        var upgrade = Upgrade.of(exchange, PortForward.PROTOCOL, PortForward.WEB_SOCKET_PROTOCOLS);
        var openings = upgrade.webSocket() ? PortForward.openings(parameters.all("port")) : List.<Opening>of();
        var forward = new PortForward(pod, places, limits.creation());
        inPlace(pod, () -> {
            upgrade.start(limits, forward::begin, forward::accept, openings);
            exchange.awaitEnd();
        });
    }

    private interface Work {
        void run() throws RequestRefused, IOException;
    }

    /** Does the work in one of the places for streams. @throws RequestRefused if the Pod's namespace may have none now */
    private void inPlace(PodReplica pod, Work work) throws RequestRefused, IOException {
        var owner = pod.current().owner();
        if (!places.tryEnter(owner)) {
            throw new RequestRefused(
                    HttpResponseStatus.TOO_MANY_REQUESTS,
                    "namespace " + owner.namespace()
                            + " has as many logs, commands and forwarded connections open as this node serves: close some");
        }
        try {
            work.run();
        } finally {
            places.leave(owner);
        }
    }

    private StreamSession begun(CompletableFuture<StreamSession> session) throws IOException {
        try {
            return session.get(limits.creation().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the client left", e);
        }
    }
}
