package istioci

import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

/** CodeNarc runs before the tests (pom.xml); its rules are in codenarc.groovy. */
@Tag('fast')
class LintTest {

  final Node report = new XmlParser().parse(new File('target/codenarc.xml'))

  @Test
  void 'CodeNarc has read the Jenkinsfile and every test'() {
    int tests = new File('src/test/groovy/istioci').list().length
    assert report.PackageSummary[0].@totalFiles as int == tests + 1
  }

  @Test
  void 'CodeNarc finds nothing'() {
    List<String> found = report.depthFirst().findAll { it.name() == 'Violation' }.collect {
      "${it.parent().@name}:${it.@lineNumber} ${it.@ruleName}: ${it.Message.text()}"
    }
    assert found == []
  }

}
