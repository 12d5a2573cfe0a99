package istioci

import java.nio.file.Files

/** A bare git repository of test/fixtures/article, and a checkout as Jenkins' git plugin does it. */
class Remote {

  private final File directory = Files.createTempDirectory('istio-ci-remote-').toFile()
  private final String commit

  /** @param edit changes the sources before they are committed */
  Remote(String tag = null, Closure edit = { File sources -> }) {
    File sources = new File(directory, 'sources')
    Command.run(['cp', '-r', new File(Worker.REPOSITORY, 'test/fixtures/article').path, sources.path])
    edit(sources)
    git(sources, 'init', '--quiet', '--initial-branch', 'main')
    git(sources, 'add', '--all')
    git(sources, '-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false',
      'commit', '--quiet', '--message', 'The distribution')
    if (tag) {
      git(sources, 'tag', tag)
    }
    git(directory, 'clone', '--quiet', '--bare', 'sources', 'origin.git')
    commit = git(sources, 'rev-parse', 'HEAD')
  }

  /** `checkout scm` of a multibranch job that fetches tags: the commit itself, on no branch. */
  Map<String, String> checkout(File workspace) {
    git(workspace, 'init', '--quiet')
    git(workspace, 'fetch', '--quiet', '--tags', new File(directory, 'origin.git').path,
      '+refs/heads/*:refs/remotes/origin/*')
    git(workspace, 'checkout', '--quiet', '--force', commit)
    return [GIT_COMMIT: commit]
  }

  void remove() {
    directory.deleteDir()
  }

  private static String git(File directory, String... arguments) {
    return Command.run(['git', *arguments], directory)
  }

}
