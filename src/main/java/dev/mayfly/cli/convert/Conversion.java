package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import java.util.List;
import java.util.Map;

/** Tells Compose files from Kubernetes manifests. */
final class Conversion {
    /** Of one file. */
    private static final int MAX_RESOURCES = 1000;

    private Conversion() {}

    /**
     * The resources that fit the documents.
     *
     * @param text YAML, also JSON
     * @throws Refusal if it is neither, or not valid
     */
    static List<Map<String, Object>> of(String text, Context context) {
        var documents = YamlReader.documents(text);
        if (documents.isEmpty()) {
            throw new Refusal("The file is empty: name another");
        }
        var parts = documents.size() == 1 && documents.getFirst().get("services") instanceof Map<?, ?> services
                ? services.size()
                : documents.size();
        if (parts > MAX_RESOURCES) {
            throw new Refusal("It has more than " + MAX_RESOURCES + " services or documents: convert it in parts");
        }
        if (documents.stream().allMatch(document -> document.containsKey("kind"))) {
            return KubernetesDocuments.convert(documents, context);
        }
        if (documents.size() == 1
                && (documents.getFirst().containsKey("services")
                        || documents.getFirst().containsKey("include"))) {
            return ComposeFile.convert(documents.getFirst(), context);
        }
        throw new Refusal("It is neither a Compose file with services nor a Kubernetes manifest with a kind:"
                + " name another file");
    }
}
