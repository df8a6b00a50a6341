package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.core.image.Credential;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.RegistryPattern;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Who may have which image from a registry. An image that was pulled with one namespace's credentials is run by another owner
 * only once the registry gave it to that one as well (the model is Kubernetes' KEP-2535, Ensure Secret Pulled Images). An image
 * that somebody else brought to the engine is everybody's.
 */
public final class RegistryAccess {
    private static final Way WITHOUT = new Way(Optional.empty(), PulledImage.ANYBODY);

    private final Function<String, Optional<Way>> operator;
    private final Map<OwnerId, List<Credential>> held = new ConcurrentHashMap<>();
    /** By the image's id, fingerprints of what its registry gave it for. */
    private final Map<String, Set<String>> given = new ConcurrentHashMap<>();

    private final GuardedPulls guarded;

    public RegistryAccess(InstantSource clock) {
        this(OperatorLogins.ofThisUser()::at, clock);
    }

    /** @param operator what the operator's own user has for a registry, such as {@code docker.io} or {@code host:port} */
    public RegistryAccess(Function<String, Optional<Way>> operator, InstantSource clock) {
        this.operator = operator;
        this.guarded = new GuardedPulls(clock);
    }

    /**
     * How the registry may be asked for the reference, in the order in which it is tried.
     *
     * @param login empty: without credentials
     * @param store has the login, and is asked when the registry is
     * @param fingerprint {@link PulledImage#ANYBODY} for what every owner may use
     */
    public record Way(Optional<AuthConfig> login, Optional<CredentialStore> store, String fingerprint) {
        public Way(Optional<AuthConfig> login, String fingerprint) {
            this(login, Optional.empty(), fingerprint);
        }

        /** What the operator's own user has, everybody may use. */
        static Way ofOperator(AuthConfig login) {
            return new Way(Optional.of(login), PulledImage.ANYBODY);
        }

        static Way of(CredentialStore store) {
            return new Way(Optional.empty(), Optional.of(store), PulledImage.ANYBODY);
        }

        /** With its login, which may have to be asked for. Blocks. @return empty where its store has none */
        Optional<Way> known() {
            return store.isEmpty()
                    ? Optional.of(this)
                    : store.get().login().map(login -> new Way(Optional.of(login), fingerprint));
        }

        /** Without the login. */
        @Override
        public String toString() {
            return fingerprint;
        }
    }

    /** Of this owner from now on. */
    public void credentials(OwnerId owner, List<Credential> credentials) {
        held.put(owner, credentials);
    }

    /** Of an owner that is gone. */
    void forget(OwnerId owner) {
        held.remove(owner);
    }

    /** What earlier pulls showed. */
    void remember(Collection<PulledImage> earlier) {
        earlier.forEach(image -> give(image.id(), image.access()));
    }

    /**
     * Never empty. What the owners have comes first, then what the operator's own user has, at last the way without.
     *
     * @param owners who want it; none: it is wanted by no workload
     */
    List<Way> ways(Collection<OwnerId> owners, String reference) {
        var repository = ImageName.fullRepository(reference);
        var ways = new LinkedHashMap<String, Way>();
        owners.stream()
                .flatMap(owner -> held.getOrDefault(owner, List.of()).stream())
                .filter(credential -> RegistryPattern.of(credential.registry()).matches(repository))
                .forEach(credential -> ways.putIfAbsent(credential.fingerprint(), way(credential)));
        var all = new ArrayList<>(ways.values());
        if (!repository.isEmpty()) {
            operator.apply(ImageName.registry(reference)).ifPresent(all::add);
        }
        all.add(WITHOUT);
        return all;
    }

    private static Way way(Credential credential) {
        var login = new AuthConfig()
                .withRegistryAddress(RegistryPattern.of(credential.registry()).server())
                .withUsername(credential.username())
                .withPassword(credential.password());
        if (!credential.token().isEmpty()) {
            login.withIdentityToken(credential.token());
        }
        return new Way(Optional.of(login), credential.fingerprint());
    }

    /** True where the owner may run the image, which is here, without its registry being asked. */
    public boolean granted(OwnerId owner, LocalImage image) {
        var to = given.get(image.id());
        if (to == null) {
            return !guarded.brings(image);
        }
        return to.contains(PulledImage.ANYBODY)
                || held.getOrDefault(owner, List.of()).stream()
                        .anyMatch(credential -> to.contains(credential.fingerprint()));
    }

    /** What comes with pulls that are under way is nobody's yet. */
    GuardedPulls guarded() {
        return guarded;
    }

    /** Why the owner may not run the image, which is here, where its registry is not to be asked. */
    Failure refusal(String reference) {
        return new Failure(
                "ErrImageNeverPull",
                "Image " + reference
                        + " is on the engine, but it was pulled with credentials that this workload has not, and"
                        + " its registry is not asked, because imagePullPolicy is Never or the image is named by its id. Name a"
                        + " Secret in spec.template.imagePullSecrets that may read it, or let it be pulled by its name.");
    }

    /**
     * The registry gave it that way.
     *
     * @param here true: it was on the engine before. One that somebody else brought stays everybody's
     */
    public void granted(String id, Way way, boolean here) {
        if (!here || given.containsKey(id)) {
            give(id, Set.of(way.fingerprint()));
        }
    }

    /** It came with a pull of these credentials, whose end nobody saw. */
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
