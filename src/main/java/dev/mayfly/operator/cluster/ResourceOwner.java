package dev.mayfly.operator.cluster;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;

/** Maps a resource to the owner that its containers' labels name. */
public final class ResourceOwner {
    private ResourceOwner() {}

    public static OwnerId of(Templated resource) {
        var metadata = resource.getMetadata();
        return new OwnerId(resource.getKind(), metadata.getNamespace(), metadata.getName(), metadata.getUid());
    }
}
