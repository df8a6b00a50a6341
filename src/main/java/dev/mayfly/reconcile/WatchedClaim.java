package dev.mayfly.reconcile;

import dev.mayfly.reconcile.ClaimUnusable.Why;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One claim, watched by its name. What it last was is known also while the API server is silent. */
final class WatchedClaim implements AutoCloseable {
    /** A first look takes milliseconds; an API server that takes longer is asked again later. */
    private static final int PATIENCE_SECONDS = 3;

    private final ClaimKey key;
    private final SharedIndexInformer<PersistentVolumeClaim> informer;
    /** Done with the first answer, good or bad. */
    private final CompletableFuture<Void> answered = new CompletableFuture<>();

    private volatile String trouble = "the API server does not answer";

    /** @param changed called at each change, from a thread that it must not hold up */
    WatchedClaim(KubernetesClient client, ClaimKey key, Runnable changed) {
        this.key = key;
        informer = client.persistentVolumeClaims()
                .inNamespace(key.namespace())
                .withName(key.name())
                .runnableInformer(0)
                .addEventHandler(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(PersistentVolumeClaim claim) {
                        changed.run();
                    }

                    @Override
                    public void onUpdate(PersistentVolumeClaim before, PersistentVolumeClaim now) {
                        changed.run();
                    }

                    @Override
                    public void onDelete(PersistentVolumeClaim claim, boolean finalStateUnknown) {
                        changed.run();
                    }
                })
                .exceptionHandler((started, failure) -> {
                    trouble = String.valueOf(failure.getMessage());
                    answered.complete(null);
                    return true; // try again
                });
        informer.start().whenComplete((started, failure) -> answered.complete(null));
    }

    /**
     * As it is; empty where it is not there.
     *
     * @throws ClaimUnusable where that was never known
     */
    Optional<PersistentVolumeClaim> claim() {
        try {
            answered.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException silent) {
            throw unread(trouble);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unread("the operator is stopping");
        }
        if (!informer.hasSynced()) {
            throw unread(trouble);
        }
        return informer.getStore().list().stream().findFirst();
    }

    private ClaimUnusable unread(String words) {
        return new ClaimUnusable(
                Why.ClaimUnreadable,
                key.name(),
                "it can't be read, so nothing is changed: " + words
                        + ". Check that the operator may get, list and watch it; it is tried again by itself.");
    }

    @Override
    public void close() {
        informer.close();
    }
}
