/*
  `npm run reference`: writes what is made of the code into the pages for operators: the keys of the configuration with their example, and the metrics.
*/
import { readFileSync, writeFileSync } from 'node:fs'
import { CONFIGURATION_EXAMPLE, CONFIGURATION_PAGE, exampleConfiguration, renderConfiguration } from '../support/configuration.ts'
import { pageWith } from '../support/fenced.ts'
import { OPERATING_PAGE, renderMetrics } from '../support/metrics.ts'

writeFileSync(CONFIGURATION_PAGE, pageWith(readFileSync(CONFIGURATION_PAGE, 'utf8'), 'configuration', renderConfiguration()))
writeFileSync(CONFIGURATION_EXAMPLE, JSON.stringify(exampleConfiguration()))
writeFileSync(OPERATING_PAGE, pageWith(readFileSync(OPERATING_PAGE, 'utf8'), 'metrics', await renderMetrics()))
