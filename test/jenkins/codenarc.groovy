ruleset {
  description 'What the Jenkinsfile and its tests are held to.'

  ruleset('rulesets/basic.xml')
  ruleset('rulesets/braces.xml')
  ruleset('rulesets/exceptions.xml') {
    // A worker must survive every error of its pipeline.
    'CatchException' {
      doNotApplyToFileNames = 'Worker.groovy'
    }
  }
  ruleset('rulesets/groovyism.xml')
  ruleset('rulesets/imports.xml')
  ruleset('rulesets/jenkins.xml')
  ruleset('rulesets/naming.xml') {
    // The name of a test is a sentence.
    'MethodName' {
      doNotApplyToFileNames = '*Test.groovy'
    }
  }
  ruleset('rulesets/security.xml') {
    // A rule for Enterprise Java Beans; these tests work with files.
    exclude 'JavaIoPackageAccess'
  }
  ruleset('rulesets/size.xml')
  ruleset('rulesets/unused.xml')
}
