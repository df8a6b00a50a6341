package dev.mayfly.api.v1alpha1;

/** References to images, as the OCI Distribution Specification has them. An image's id is a valid name as well. */
public final class ImageReference {
    private static final String HOST_PART = "[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?";
    private static final String HOST = "(" + HOST_PART + "([.]" + HOST_PART + ")*|\\[[a-fA-F0-9:]+\\])(:[0-9]+)?";
    private static final String NAME_PART = "[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*";
    private static final String TAG = "[a-zA-Z0-9_][-.a-zA-Z0-9_]{0,127}";
    private static final String DIGEST = "(sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})";

    /** The pattern that {@code template.image} must match. */
    public static final String PATTERN =
            "^(" + HOST + "/)?" + NAME_PART + "(/" + NAME_PART + ")*(:" + TAG + ")?(@" + DIGEST + ")?$";

    private ImageReference() {}
}
