package dev.mayfly.cli.run;

import dev.mayfly.cli.Terminal;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.ExecListenable;
import io.fabric8.kubernetes.client.dsl.ExecListener;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** This program's input and outputs, connected with those of a container through its Pod. */
final class Attachment {
    /** How long output may take that is still on its way when the container has ended. */
    private static final long REST_SECONDS = 5;

    private static final int BUFFER = 8192;

    private final ContainerResource pod;

    Attachment(ContainerResource pod) {
        this.pod = pod.withReadyWaitTimeout(0);
    }

    /** Copies what the container prints, from its beginning until it ends. @throws IOException if the connection breaks */
    void follow() throws IOException {
        try (LogWatch log = pod.watchLog()) {
            log.getOutput().transferTo(System.out);
        } finally {
            System.out.flush();
        }
    }

    /**
     * Copies in both directions until the container ends.
     *
     * @param ended done once the container has ended
     * @throws IOException if the connection can't be made, or breaks
     */
    void attach(boolean tty, CompletableFuture<?> ended) throws IOException {
        var closed = new CompletableFuture<Void>();
        try (var terminal = tty && Terminal.isInput() ? RawTerminal.open() : null;
                var watch = streams(tty).usingListener(listener(closed)).attach()) {
            if (terminal != null) {
                terminal.followSize(size -> resize(watch, size));
            }
            Thread.ofVirtual().name("input").start(() -> copyInput(watch));
            await(closed, ended);
        } finally {
            System.out.flush();
        }
    }

    private static void resize(ExecWatch watch, RawTerminal.Size size) {
        try {
            watch.resize(size.columns(), size.rows());
        } catch (KubernetesClientException ended) {
            // there is no terminal left
        }
    }

    private ExecListenable streams(boolean tty) {
        var output = pod.redirectingInput().writingOutput(System.out);
        return tty ? output.withTTY() : output.writingError(System.err);
    }

    private static ExecListener listener(CompletableFuture<Void> closed) {
        return new ExecListener() {
            @Override
            public void onFailure(Throwable failure, Response response) {
                closed.completeExceptionally(failure);
            }

            @Override
            public void onClose(int code, String reason) {
                closed.complete(null);
            }
        };
    }

    private static void await(CompletableFuture<Void> closed, CompletableFuture<?> ended) throws IOException {
        try {
            CompletableFuture.anyOf(closed, ended).get();
            closed.get(REST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException open) {
            // the container has ended: there is nothing more to come
        } catch (ExecutionException broken) {
            throw new IOException(broken.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copyInput(ExecWatch watch) {
        var buffer = new byte[BUFFER];
        try (OutputStream input = watch.getInput()) {
            for (var read = System.in.read(buffer); read >= 0; read = System.in.read(buffer)) {
                input.write(buffer, 0, read);
                input.flush();
            }
        } catch (IOException gone) {
            // the container reads no more
        }
    }
}
