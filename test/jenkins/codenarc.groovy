ruleset {
  description 'What the Jenkinsfile and its tests are held to.'

  ruleset('rulesets/basic.xml')
  ruleset('rulesets/braces.xml')
  ruleset('rulesets/exceptions.xml') {
    // A worker outlives every error of the pipeline that it runs.
    'CatchException' {
      doNotApplyToFileNames = 'Worker.groovy'
    }
  }
  ruleset('rulesets/groovyism.xml')
  ruleset('rulesets/imports.xml')
  ruleset('rulesets/jenkins.xml')
  ruleset('rulesets/naming.xml') {
    // A test is named as a sentence.
    'MethodName' {
      doNotApplyToFileNames = '*Test.groovy'
    }
  }
  ruleset('rulesets/security.xml') {
    // For Enterprise Java Beans; these tests work with files.
    exclude 'JavaIoPackageAccess'
  }
  ruleset('rulesets/size.xml')
  ruleset('rulesets/unused.xml')
}
