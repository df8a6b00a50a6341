package dev.mayfly.docs;

import java.util.List;

/** Shell blocks whose reason for not being run with the others of their page names the test that runs them. */
public final class BlocksRunBy {
    private BlocksRunBy() {}

    /** Their commands, in the order of the pages. */
    public static List<String> test(Class<?> test) {
        return Pages.all()
                .flatMap(CodeBlock::of)
                .filter(CodeBlock::isShell)
                .filter(block -> block.notRun()
                        .filter(reason -> reason.contains(test.getSimpleName()))
                        .isPresent())
                .map(CodeBlock::content)
                .toList();
    }
}
