package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.core.image.Credential;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.RegistryPattern;
import dev.mayfly.runtime.docker.image.OperatorLogins.CredentialStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Decides which owner may run which image. An image pulled with one namespace's credentials is available to another
 * owner only after the registry granted it to that owner as well (modelled on Kubernetes' KEP-2535, Ensure Secret
 * Pulled Images). An image that another client pulled or built is available to every owner.
 */
public final class RegistryAccess implements OwnerState {
    private static final RegistryLogin ANONYMOUS = new RegistryLogin(Optional.empty(), PulledImage.ANYBODY);

    /** Logins of an owner that a pull tries: each try takes a while, and others wait for the same image. */
    private static final int MOST_LOGINS = 8;

    private final Function<String, Optional<RegistryLogin>> operator;
    private final Map<OwnerId, List<Credential>> held = new ConcurrentHashMap<>();
    /** Fingerprints of the credentials for which the registry granted an image, by image ID. */
    private final Map<String, Set<String>> given = new ConcurrentHashMap<>();

    private final GuardedPulls guarded;

    public RegistryAccess(InstantSource clock) {
        this(OperatorLogins.ofThisUser()::at, clock);
    }

    /**
     * @param operator credentials of the operator's own user for a registry, such as {@code docker.io} or
     *     {@code host:port}
     */
    public RegistryAccess(Function<String, Optional<RegistryLogin>> operator, InstantSource clock) {
        this.operator = operator;
        this.guarded = new GuardedPulls(clock);
    }

    /**
     * A login at the registry of a reference. Logins are tried in order.
     *
     * @param auth empty: anonymous
     * @param store has the login, and is read before the pull
     * @param fingerprint {@link PulledImage#ANYBODY} for logins that every owner may use
     */
    public record RegistryLogin(Optional<AuthConfig> auth, Optional<CredentialStore> store, String fingerprint) {
        public RegistryLogin(Optional<AuthConfig> auth, String fingerprint) {
            this(auth, Optional.empty(), fingerprint);
        }

        /** Every owner may use the credentials of the operator's own user. */
        static RegistryLogin ofOperator(AuthConfig login) {
            return new RegistryLogin(Optional.of(login), PulledImage.ANYBODY);
        }

        static RegistryLogin of(CredentialStore store) {
            return new RegistryLogin(Optional.empty(), Optional.of(store), PulledImage.ANYBODY);
        }

        /**
         * This login with its credentials, read from the store if necessary. Blocks.
         *
         * @return empty if the store has none
         */
        Optional<RegistryLogin> known() {
            return store.isEmpty()
                    ? Optional.of(this)
                    : store.get().login().map(login -> new RegistryLogin(Optional.of(login), fingerprint));
        }

        /** Without the credentials. */
        @Override
        public String toString() {
            return fingerprint;
        }
    }

    /** Sets the owner's credentials. @param credentials narrowest scope first */
    public void credentials(OwnerId owner, List<Credential> credentials) {
        held.put(owner, credentials);
    }

    /** Removes the owner's credentials; the grants belong to images, and stay. */
    @Override
    public void forget(OwnerId owner) {
        held.remove(owner);
    }

    /** Restores the grants of earlier pulls. */
    void remember(Collection<PulledImage> earlier) {
        earlier.forEach(image -> give(image.id(), image.access()));
    }

    /**
     * Ways to ask the registry, never empty: first the owners' credentials, at most 8 of each, then those of the
     * operator's own user, last anonymously.
     *
     * @param owners owners that request the image; empty if no workload does
     */
    List<RegistryLogin> logins(Collection<OwnerId> owners, String reference) {
        var repository = ImageName.fullRepository(reference);
        var logins = new LinkedHashMap<String, RegistryLogin>();
        owners.stream()
                .flatMap(owner -> matching(owner, repository))
                .forEach(credential -> logins.putIfAbsent(credential.fingerprint(), login(credential)));
        var all = new ArrayList<>(logins.values());
        if (!repository.isEmpty()) {
            operator.apply(ImageName.registry(reference)).ifPresent(all::add);
        }
        all.add(ANONYMOUS);
        return all;
    }

    private Stream<Credential> matching(OwnerId owner, String repository) {
        var tried = new HashSet<String>();
        return held.getOrDefault(owner, List.of()).stream()
                .filter(credential -> RegistryPattern.of(credential.registry()).matches(repository))
                .filter(credential -> tried.add(credential.fingerprint()))
                .limit(MOST_LOGINS);
    }

    private static RegistryLogin login(Credential credential) {
        var login = new AuthConfig()
                .withRegistryAddress(RegistryPattern.of(credential.registry()).server())
                .withUsername(credential.username())
                .withPassword(credential.password());
        if (!credential.token().isEmpty()) {
            login.withIdentityToken(credential.token());
        }
        return new RegistryLogin(Optional.of(login), credential.fingerprint());
    }

    /** True if the owner may run the available image without asking its registry. */
    public boolean granted(OwnerId owner, LocalImage image) {
        var to = given.get(image.id());
        if (to == null) {
            return !guarded.mayProvide(image);
        }
        return to.contains(PulledImage.ANYBODY)
                || held.getOrDefault(owner, List.of()).stream()
                        .anyMatch(credential -> to.contains(credential.fingerprint()));
    }

    /** Running pulls, whose images are not available to other owners yet. */
    GuardedPulls guarded() {
        return guarded;
    }

    /** Why the owner may not run the available image, if its registry must not be asked. */
    Failure refusal(String reference) {
        return new Failure(
                "ErrImageNeverPull",
                "Image " + reference
                        + " is on the engine, but it was pulled with credentials that this workload does not have, and"
                        + " it is not pulled again, because imagePullPolicy is Never or the image is named by its id. Name a"
                        + " Secret in spec.template.imagePullSecrets that may read it, or let it be pulled by its name.");
    }

    /**
     * Records that the registry granted the image.
     *
     * @param here true if the image was on the engine before. An image that another client pulled or built stays
     *     available to every owner
     */
    public void recordGrant(String id, RegistryLogin login, boolean here) {
        if (!here || given.containsKey(id)) {
            give(id, Set.of(login.fingerprint()));
        }
    }

    /** Records that the image came with a pull with these credentials whose end was missed. */
    void cutOff(String id, String fingerprint) {
        give(id, Set.of(fingerprint));
    }

    private void give(String id, Set<String> fingerprints) {
        given.merge(id, fingerprints, (known, more) -> PulledImage.access(more, known));
    }

    /** For {@link PulledImage#access}; empty for an image that was never pulled here. */
    Set<String> access(String id) {
        return given.getOrDefault(id, Set.of());
    }
}
