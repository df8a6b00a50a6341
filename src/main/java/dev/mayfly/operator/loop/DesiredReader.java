package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Desired;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.ResourceOwner;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentUnread;
import dev.mayfly.operator.content.ContentWatch;
import dev.mayfly.operator.content.PullSecrets;
import dev.mayfly.operator.spec.SpecReader;
import jakarta.enterprise.context.ApplicationScoped;

/** Reads what a resource asks for: its spec, with what the template takes from ConfigMaps and Secrets. */
@ApplicationScoped
class DesiredReader {
    private final SpecReader specs;
    private final ContentWatch contents;
    private final PullSecrets pullSecrets;

    DesiredReader(SpecReader specs, ContentWatch contents, PullSecrets pullSecrets) {
        this.specs = specs;
        this.contents = contents;
        this.pullSecrets = pullSecrets;
    }

    /** @param content that the template takes from other objects */
    record Read(Desired desired, Content content) {}

    /**
     * Follows the objects that the resource names, and hands its pull Secrets to the runtime.
     *
     * @throws InvalidSpec where it can't be honoured
     * @throws ContentUnread where the objects are not known
     */
    Read follow(Templated resource) {
        // First: a registry may be asked at any time from here on.
        pullSecrets.hand(resource, specs.runtime(resource));
        var content = contents.read(resource);
        return new Read(specs.read(resource, content), content);
    }

    /** Of one of which nothing is started any more, whatever became of what it read. */
    Desired unfollow(Templated resource) {
        contents.forget(ResourceOwner.of(resource));
        return specs.unjudged(resource);
    }

    /** Of one of which nothing is started now. */
    Desired unjudged(Templated resource) {
        return specs.unjudged(resource);
    }

    /** The name of its runtime. */
    String runtime(Templated resource) {
        return specs.runtime(resource);
    }
}
